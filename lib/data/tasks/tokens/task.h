#pragma once

#include "core/config.h"
#include "data/packed.h"
#include "data/task.h"

namespace trm::data {

// Any sequence of tokens: no symmetry, no rules, drawn as numbers. For data folders of a kind of
// puzzle that has no task of its own.
class TokenGrid : public Task {
 public:
  struct Config {
    static constexpr std::string_view kind = "tokens";

    template <class V>
    void fields(V& /*v*/) {}
  };

  TokenGrid(const Config& /*config*/, const PackedInfo& info)
      : cells_(info.cells), vocabulary_(info.vocabulary) {}
  static bool fits(const PackedInfo& /*info*/) { return true; }

  void augment(std::span<Token> /*input*/, std::span<Token> /*label*/,
               Stream& /*stream*/) const override {}
  bool augments() const override { return false; }
  std::vector<std::string> score_names() const override { return {}; }
  std::vector<double> score(Tokens /*input*/, Tokens /*answer*/) const override { return {}; }
  std::string size_name() const override { return "tokens"; }
  int64_t size_of(Tokens input) const override;  // those that are not padding
  std::vector<Token> parse(std::string_view text) const override;
  std::string line(Tokens tokens) const override;
  std::string draw(Tokens tokens, std::span<const bool> marked, std::string_view before,
                   std::string_view after) const override;

 private:
  int64_t cells_, vocabulary_;
};

}  // namespace trm::data
