#pragma once

#include <CLI/CLI.hpp>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace trm::apps {

// Where a program's result goes: a file, which appears whole, or "-" for the standard output, which
// then has nothing else on it. That it can be written is tried while the command line is read.
class ResultFile {
 public:
  // "--json", which every program has.
  void add_json(CLI::App& command);
  // The same for a result of another form.
  void add_option(CLI::App& command, const std::string& option, const std::string& help);

  bool wanted() const { return !path_.empty(); }
  void write_text(std::string_view text) const;
  void write(const nlohmann::ordered_json& json) const;

 private:
  std::string path_;
};

// "--json [FILE]" of what is looked at rather than kept: without a name for the standard output,
// which write_json() knows as "-". Whether the option was there is the option's count().
CLI::Option* add_optional_json(CLI::App& command, std::string& path);
void write_json(const std::string& path, const nlohmann::ordered_json& json);

// Of files and of folders to put files into: whether they can be made, before the work for them.
void try_file(const std::string& path);  // Error where not
CLI::Validator writable_file(bool or_stdout = false);
CLI::Validator writable_folder();

}  // namespace trm::apps
