#pragma once

#include <CLI/CLI.hpp>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace trm::apps {

// Choices for the help page and completion, as CLI11 writes them; the config refuses other words.
inline constexpr const char* kDeviceType = "TEXT:{auto,cpu,cuda}";
inline constexpr const char* kPrecisionType = "TEXT:{float32,bfloat16}";

// How a command line changes the config: key=value words, and options that are shorthand for a key.
// An option sets nothing that its key does not, and the config says what its value may be.
class Overrides {
 public:
  // `program` is who a refusal says that it is from.
  explicit Overrides(std::string program) : program_(std::move(program)) {}
  Overrides(const Overrides&) = delete;
  Overrides& operator=(const Overrides&) = delete;

  // The positional words; to be added after the other positional ones.
  void add_words(CLI::App& command);
  // "--limit" for "evaluate.limit".
  CLI::Option* add_option(CLI::App& command, const std::string& option, const std::string& key,
                          const std::string& help);
  // "--threads", which every program has.
  void add_threads(CLI::App& command);
  // "--data" for the only folder of data.
  void add_data(CLI::App& command, const std::string& help);

  // Keys, or maps of keys, that decide nothing in this program.
  void refuse(std::vector<std::string> keys) { refused_ = std::move(keys); }

  // The overrides, those of options first. Error when a key is set both ways, or is refused.
  std::vector<std::string> all() const;
  const std::vector<std::string>& words() const { return words_; }

 private:
  struct Shorthand {
    std::string option, key, value;
  };
  void check_word(const std::string& word) const;

  std::string program_;
  std::vector<std::string> words_, refused_;
  std::deque<Shorthand> shorthands_;  // CLI11 keeps pointers to the values
  std::string data_;
};

// Whether a word of a command line is key=value, and no name of a file or a puzzle.
bool is_override(std::string_view word);
// For positional options that take names.
CLI::Validator is_name();

}  // namespace trm::apps
