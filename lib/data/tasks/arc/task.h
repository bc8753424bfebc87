#pragma once

#include "core/config.h"
#include "data/packed.h"
#include "data/task.h"
#include "data/tasks/arc/transform.h"

namespace trm::data {

// ARC grids on a square canvas (spec 7.4). Colours and symmetries of a task's copies are fixed when
// the folder is built, because each copy has a puzzle id of its own; only where a grid lies on the
// canvas is drawn anew for each training row.
class Arc : public Task {
 public:
  struct Config {
    static constexpr std::string_view kind = "arc";
    bool translate = true;

    template <class V>
    void fields(V& v) {
      v("translate", translate,
        "move each training pair on the canvas; for folders that have no moved pairs on disk");
    }
  };

  // Error when the data is not of ARC's kind.
  Arc(const Config& config, const PackedInfo& info);
  static bool fits(const PackedInfo& info);

  void augment(std::span<Token> input, std::span<Token> label, Stream& stream) const override;
  bool augments() const override { return config_.translate; }
  uint32_t copies() const override;
  void transform(uint32_t code, std::span<Token> input, std::span<Token> label) const override;
  std::vector<std::string> score_names() const override { return {}; }
  std::vector<double> score(Tokens /*input*/, Tokens /*answer*/) const override { return {}; }
  // The grid that begins where the input's does.
  std::vector<Token> shown(Tokens input, Tokens answer) const override;
  // "no grid", "wrong size", "wrong colours", or "another answer", whose grid is right.
  std::string mistake(Tokens input, Tokens label, Tokens answer) const override;
  // The pair, wherever it lies: only the same one is equivalent.
  std::vector<Token> form(Tokens input, Tokens label) const override;
  std::unique_ptr<Scorer> scorer(const ScorerContext& context) const override;
  int64_t canvas_side(Tokens tokens) const override;
  int64_t content_side(Tokens tokens) const override;
  std::string size_name() const override { return "cells"; }
  int64_t size_of(Tokens input) const override;
  // Rows of digits, a line or a '/' between them.
  std::vector<Token> parse(std::string_view text) const override;
  std::string line(Tokens tokens) const override;
  std::string draw(Tokens tokens, std::span<const bool> marked, std::string_view before,
                   std::string_view after) const override;
  Picture picture(Tokens tokens) const override;

 private:
  Config config_;
  int64_t side_;
};

}  // namespace trm::data
