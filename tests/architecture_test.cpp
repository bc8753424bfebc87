// The house rules that a reader of includes, names and sizes can hold: lib/README.md says why.

#include <algorithm>
#include <fstream>
#include <regex>
#include <string>
#include <vector>

#include "tests/catch.h"
#include "tests/layers.h"
#include "tests/scratch_folder.h"

namespace trm {
namespace {

struct Source {
  std::string path;   // "lib/nn/linear.h"
  std::string layer;  // "nn", "apps"; empty outside lib and apps
  std::vector<std::string> lines;

  bool named(std::initializer_list<std::string_view> endings) const {
    return std::any_of(endings.begin(), endings.end(),
                       [&](auto ending) { return path.ends_with(ending); });
  }
  bool header() const { return named({".h", ".cuh"}); }
  bool code() const { return named({".h", ".cuh", ".cpp", ".cu"}); }
};

std::vector<Source> sources_of(const fs::path& root) {
  std::vector<Source> sources;
  for (const char* top : {"lib", "apps", "tests", "scripts"}) {
    if (!fs::exists(root / top)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root / top)) {
      Source source{.path = fs::relative(entry.path(), root).string(), .layer = {}, .lines = {}};
      if (!entry.is_regular_file() ||
          !(source.code() || source.named({".sh", ".txt", ".md", ".js", ".css"})))
        continue;
      const fs::path path = source.path;
      const std::vector<std::string> parts(path.begin(), path.end());
      if (parts[0] == "lib" && parts.size() > 2) source.layer = parts[1];
      if (parts[0] == "apps") source.layer = "apps";
      std::ifstream file(entry.path());
      for (std::string line; std::getline(file, line);) source.lines.push_back(line);
      sources.push_back(std::move(source));
    }
  }
  return sources;
}

// Of libraries: who may include <start...>.
bool may_include_library(const Source& from, const std::string& header) {
  static const Words without_torch = {"core", "format", "fetch", "figure"};
  const auto starts = [&](std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(),
                       [&](auto word) { return header.starts_with(word); });
  };
  if (starts({"torch/csrc/distributed/"})) return from.layer == "dist";
  // A .cpp may add a narrow header of its own.
  if (starts({"torch/"}) && from.header() && from.path != "lib/tensor/torch.h") return false;
  if (starts({"torch/", "ATen/", "c10/"})) return !without_torch.contains(from.layer);
  if (starts({"CLI/"})) return from.layer == "apps";
  if (starts({"yaml-cpp/"})) return from.path.starts_with("lib/core/config");
  if (starts({"nlohmann/"}))
    return from.layer == "format" || layers().at(from.layer).contains("format");
  if (starts({"curl/"})) return from.layer == "fetch";
  return true;
}

std::vector<std::string> include_faults(const std::vector<Source>& sources) {
  static const std::regex pattern("^\\s*#\\s*include\\s*([<\"])([^>\"]+)[>\"]");
  std::vector<std::string> faults;
  for (const auto& source : sources) {
    if (source.layer.empty() || !source.code()) continue;
    const auto rule = layers().find(source.layer);
    if (rule == layers().end()) {
      faults.push_back(source.path + ": '" + source.layer + "' is no layer");
      continue;
    }
    for (const auto& line : source.lines) {
      std::smatch match;
      if (!std::regex_search(line, match, pattern)) continue;
      const auto target = match[2].str();
      const auto folder = target.substr(0, target.find('/'));
      const bool allowed = match[1] == "<"
                               ? may_include_library(source, target)
                               : folder == source.layer || rule->second.contains(folder);
      if (!allowed) faults.push_back(source.path + ": may not include " + target);
    }
  }
  return faults;
}

std::vector<std::string> size_faults(const std::vector<Source>& sources) {
  std::vector<std::string> faults;
  for (const auto& source : sources) {
    if (source.lines.size() > 300) {
      faults.push_back(source.path + ": " + std::to_string(source.lines.size()) + " lines");
    }
  }
  return faults;
}

std::vector<std::string> name_faults(const std::vector<Source>& sources) {
  static const Words banned = {"util", "utils", "helper",  "helpers", "common",
                               "misc", "base",  "manager", "types",   "impl"};
  std::vector<std::string> faults;
  for (const auto& source : sources) {
    const auto path = fs::path(source.path).replace_extension();
    for (const auto& part : path) {
      const std::regex separator("[_-]");
      const auto name = part.string();
      for (std::sregex_token_iterator word(name.begin(), name.end(), separator, -1), end;
           word != end; ++word) {
        if (banned.contains(*word)) faults.push_back(source.path + ": a banned name");
      }
    }
  }
  return faults;
}

std::vector<std::string> print_faults(const std::vector<Source>& sources) {
  static const std::regex printing(
      "(^|[^\\w])(fmt::print|std::(cout|cerr|clog)|[fvd]?printf\\s*\\(|f?puts\\s*\\()");
  std::vector<std::string> faults;
  for (const auto& source : sources) {
    if (!source.path.starts_with("lib/") || !source.code()) continue;
    for (const auto& line : source.lines) {
      if (std::regex_search(line.substr(0, line.find("//")), printing)) {
        faults.push_back(source.path + ": prints: " + line);
      }
    }
  }
  return faults;
}

std::vector<std::string> once_faults(const std::vector<Source>& sources) {
  std::vector<std::string> faults;
  for (const auto& source : sources) {
    const auto& lines = source.lines;
    if (source.header() && std::find(lines.begin(), lines.end(), "#pragma once") == lines.end()) {
      faults.push_back(source.path + ": no #pragma once");
    }
  }
  return faults;
}

// Lines of code that match, in other files than those.
std::vector<std::string> line_faults(const std::vector<Source>& sources, const std::regex& refused,
                                     const Words& allowed, const std::string& why) {
  std::vector<std::string> faults;
  for (const auto& source : sources) {
    if (source.layer.empty() || !source.code() || allowed.contains(source.path)) continue;
    for (const auto& line : source.lines) {
      if (std::regex_search(line.substr(0, line.find("//")), refused))
        faults.push_back(source.path + ": " + why + ": " + line);
    }
  }
  return faults;
}

// The address of a tensor's memory says nothing of strides, type or device; where it may be taken,
// these are checked.
std::vector<std::string> address_faults(const std::vector<Source>& sources) {
  static const std::regex taking("data_ptr\\b|\\baccessor<");
  return line_faults(
      sources, taking,
      {"lib/tensor/values.cpp", "lib/kernels/cpu/split.h", "lib/kernels/gpu/launch.cpp"},
      "takes an address, see tensor/values.h");
}

std::vector<std::string> function_faults(const std::vector<Source>& sources) {
  static const std::regex bare("autograd::Function\\b");
  return line_faults(sources, bare, {"lib/kernels/function.h"},
                     "has a gradient of a gradient that is wrong, see kernels/function.h");
}

const std::vector<Source>& ours() {
  static const auto sources = sources_of(TRM_SOURCE_DIR);
  return sources;
}

// The faults of one file of that path and text.
std::vector<std::string> faults_of(std::vector<std::string> (*rule)(const std::vector<Source>&),
                                   const std::string& path, const std::string& text) {
  const ScratchFolder folder;
  fs::create_directories((folder / path).parent_path());
  folder.file(path, text);
  return rule(sources_of(folder.path()));
}

using Faults = std::vector<std::string>;

}  // namespace

TEST_CASE("the scan sees the source tree", "[unit]") {
  const auto seen = [](std::string_view path) {
    return std::any_of(ours().begin(), ours().end(), [&](const auto& s) { return s.path == path; });
  };
  CHECK(seen("lib/core/error.h"));
  CHECK(seen("lib/nn/mixers/attention.cpp"));
  CHECK(seen("tests/architecture_test.cpp"));
  CHECK(seen("scripts/setup.sh"));
}

TEST_CASE("a folder includes only the layers below it", "[unit]") {
  CHECK(include_faults(ours()) == Faults{});
}

TEST_CASE("no file is over 300 lines", "[unit]") { CHECK(size_faults(ours()) == Faults{}); }

TEST_CASE("no file or folder has a name that says nothing", "[unit]") {
  CHECK(name_faults(ours()) == Faults{});
}

TEST_CASE("the library prints nothing", "[unit]") { CHECK(print_faults(ours()) == Faults{}); }

TEST_CASE("every header begins with #pragma once", "[unit]") {
  CHECK(once_faults(ours()) == Faults{});
}

TEST_CASE("no address of a tensor is taken where strides and type are not checked", "[unit]") {
  CHECK(address_faults(ours()) == Faults{});
}

TEST_CASE("every autograd function of ours refuses a gradient of the gradient", "[unit]") {
  CHECK(function_faults(ours()) == Faults{});
}

TEST_CASE("the scan finds what breaks each rule", "[unit]") {
  const auto refused = [](const std::string& path, const std::string& target) {
    const auto name = target.substr(1, target.size() - 2);
    return faults_of(include_faults, path, "#pragma once\n#include " + target + "\n") ==
           Faults{path + ": may not include " + name};
  };
  CHECK(refused("lib/core/a.h", "\"format/npy.h\""));
  CHECK(refused("lib/data/tasks/a.cpp", "\"nn/linear.h\""));
  CHECK(refused("lib/data/a.cpp", "\"fetch/fetch.h\""));
  CHECK(refused("lib/model/a.cpp", "\"data/loader.h\""));
  CHECK(refused("lib/train/a.cpp", "\"experiment/session.h\""));
  CHECK(refused("lib/nn/a.h", "\"linear.h\""));
  CHECK(refused("lib/kernels/gpu/a.cu", "\"nn/linear.h\""));
  CHECK(refused("lib/format/a.cpp", "<ATen/ATen.h>"));
  CHECK(refused("lib/figure/a.cpp", "<torch/types.h>"));
  CHECK(refused("lib/nn/a.h", "<torch/torch.h>"));
  CHECK(refused("lib/run/a.cpp", "<torch/csrc/distributed/c10d/Store.hpp>"));
  CHECK(refused("lib/experiment/a.cpp", "<CLI/CLI.hpp>"));
  CHECK(refused("lib/core/log.cpp", "<yaml-cpp/yaml.h>"));
  CHECK(refused("apps/a.cpp", "<yaml-cpp/yaml.h>"));
  CHECK(refused("lib/model/a.cpp", "<nlohmann/json.hpp>"));
  CHECK(refused("lib/loss/a.cpp", "<nlohmann/json_fwd.hpp>"));
  CHECK(refused("lib/data/a.cpp", "<curl/curl.h>"));
  CHECK_FALSE(refused("apps/a.cpp", "<CLI/CLI.hpp>"));
  CHECK_FALSE(refused("lib/experiment/a.cpp", "\"train/trainer.h\""));
  CHECK(faults_of(include_faults, "lib/extra/a.h", "") ==
        Faults{"lib/extra/a.h: 'extra' is no layer"});

  std::string lines;
  for (int i = 0; i < 300; ++i) lines += "x\n";
  CHECK(faults_of(size_faults, "tests/a.cpp", lines).empty());
  CHECK(faults_of(size_faults, "tests/a.cpp", lines + "x\n") == Faults{"tests/a.cpp: 301 lines"});
  CHECK(faults_of(name_faults, "lib/nn/mixer_utils.h", "").size() == 1);
  CHECK(faults_of(name_faults, "lib/helpers/a.cpp", "").size() == 1);
  CHECK(faults_of(name_faults, "lib/nn/types.h", "").size() == 1);
  CHECK(faults_of(name_faults, "lib/nn/database.h", "").empty());
  for (const char* line :
       {"fmt::print(\"x\");", "std::cout << 1;", "printf (\"x\");", "  std::fprintf(f, \"\");"}) {
    CHECK(faults_of(print_faults, "lib/nn/a.cpp", line).size() == 1);
  }
  CHECK(
      faults_of(print_faults, "lib/nn/a.cpp", "x;  // std::cout\nsnprintf(b, 1, \"\");\n").empty());
  CHECK(faults_of(print_faults, "apps/a.cpp", "std::cout << 1;").empty());
  CHECK(faults_of(address_faults, "lib/nn/a.cpp", "x.const_data_ptr<float>();\n").size() == 1);
  CHECK(faults_of(address_faults, "apps/a.cpp", "auto* p = x.data_ptr();\n").size() == 1);
  CHECK(faults_of(address_faults, "lib/nn/a.cpp", "y;  // data_ptr\n").empty());
  const std::string function = "class A : public torch::autograd::Function<A> {\n";
  CHECK(faults_of(function_faults, "lib/nn/a.cpp", function).size() == 1);
  CHECK(faults_of(function_faults, "lib/kernels/function.h", function).empty());
  CHECK(faults_of(once_faults, "apps/a.h", "// #pragma once\n") ==
        Faults{"apps/a.h: no #pragma once"});
}

}  // namespace trm
