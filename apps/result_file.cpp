#include "apps/result_file.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "apps/app.h"
#include "core/error.h"
#include "core/file.h"

namespace trm::apps {
namespace {

// What a trial says where it fails; CLI11 puts the option's name in front.
template <class Trial>
std::string fault_of(const Trial& trial) {
  try {
    trial();
  } catch (const Error& error) {
    return error.what();
  } catch (const fs::filesystem_error& error) {
    return error.path1().string() + ": " + error.code().message();
  }
  return "";
}

void write_to(const std::string& path, std::string_view text) {
  if (path == "-") {
    fmt::print("{}", text);
  } else {
    write_text(path, text);
  }
}

}  // namespace

void try_file(const std::string& path) {
  if (path.empty()) throw Error("no name; name a file");
  const NewFile trial(path);
}

CLI::Validator writable_file(bool or_stdout) {
  const auto check = [or_stdout](const std::string& path) {
    return or_stdout && path == "-" ? "" : fault_of([&] { try_file(path); });
  };
  return CLI::Validator(check, "");
}

CLI::Validator writable_folder() {
  const auto check = [](const std::string& path) {
    return fault_of([&] {
      fs::create_directories(path);
      const NewFile trial(fs::path(path) / "trial");
    });
  };
  return CLI::Validator(check, "");
}

void ResultFile::add_json(CLI::App& command) {
  add_option(command, "--json",
             "Write the result as JSON to this file; - for the standard output alone");
}

void ResultFile::add_option(CLI::App& command, const std::string& option, const std::string& help) {
  command.add_option(option, path_, help)
      ->type_name("FILE")
      ->check(writable_file(/*or_stdout=*/true))
      ->each([](const std::string& path) {
        if (path == "-") reserve_stdout();
      });
}

void ResultFile::write_text(std::string_view text) const {
  if (wanted()) write_to(path_, text);
}

void ResultFile::write(const nlohmann::ordered_json& json) const {
  if (wanted()) write_json(path_, json);
}

CLI::Option* add_optional_json(CLI::App& command, std::string& path) {
  return command
      .add_option("--json", path, "As JSON, to this file; without a name to the standard output")
      ->type_name("[FILE]")
      ->expected(0, 1);
}

void write_json(const std::string& path, const nlohmann::ordered_json& json) {
  using Json = nlohmann::ordered_json;
  // Names of files need not be UTF-8.
  write_to(path, json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace trm::apps
