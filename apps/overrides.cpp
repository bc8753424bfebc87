#include "apps/overrides.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/config_dump.h"
#include "core/error.h"
#include "experiment/experiment.h"

namespace trm::apps {
namespace {

std::string key_of(const std::string& word) { return word.substr(0, word.find('=')); }

// Whether a key is another, or one within its map.
bool is_within(const std::string& key, const std::string& outer) {
  return key == outer || key.starts_with(outer + ".");
}

}  // namespace

bool is_override(std::string_view word) {
  const auto equals = word.find('=');
  if (equals == std::string_view::npos || equals == 0) return false;
  const auto is_key = [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '.'; };
  return std::isalpha(static_cast<unsigned char>(word.front())) &&
         std::all_of(word.begin(), word.begin() + static_cast<ptrdiff_t>(equals), is_key);
}

CLI::Validator is_name() {
  const auto check = [](const std::string& word) {
    return is_override(word) ? "'" + word + "' sets a key" : std::string();
  };
  return CLI::Validator(check, "");
}

void Overrides::add_words(CLI::App& command) {
  command.validate_positionals();  // so that they may stand anywhere among the names
  command.add_option("overrides", words_, "Keys of the config to set, as key=value")
      ->type_name("KEY=VALUE");
}

CLI::Option* Overrides::add_option(CLI::App& command, const std::string& option,
                                   const std::string& key, const std::string& help) {
  shorthands_.push_back({option, key, ""});
  return command.add_option(option, shorthands_.back().value,
                            fmt::format("{} (the key {})", help, key));
}

void Overrides::add_threads(CLI::App& command) {
  add_option(command, "--threads", "threads", "Processor threads; 0 for one a processor")
      ->type_name("NUMBER");
}

void Overrides::add_data(CLI::App& command, const std::string& help) {
  command.add_option("--data", data_, help + " (the key data.path, without data.more, data.test)")
      ->type_name("FOLDER");
}

void Overrides::check_word(const std::string& word) const {
  const auto key = key_of(word);
  for (const auto& outer : refused_) {
    if (is_within(key, outer))
      throw Error(fmt::format("{}: decides nothing in {}; leave it out", word, program_));
  }
  const auto twice = [&](const std::string& option, const std::string& set) {
    throw Error(fmt::format("{}: {} sets {} as well; keep one of them", word, option, set));
  };
  for (const auto& shorthand : shorthands_) {
    if (!shorthand.value.empty() && key == shorthand.key) twice(shorthand.option, shorthand.key);
  }
  if (!data_.empty() && key == "data.path") twice("--data", key);
}

std::vector<std::string> Overrides::all() const {
  auto all = experiment::data_overrides(data_);
  for (const auto& shorthand : shorthands_) {
    if (!shorthand.value.empty()) all.push_back(shorthand.key + "=" + shorthand.value);
  }
  for (const auto& word : words_) {
    check_word(word);
    all.push_back(word);
  }
  return all;
}

}  // namespace trm::apps
