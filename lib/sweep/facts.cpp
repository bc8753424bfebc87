#include "sweep/facts.h"

#include <fmt/format.h>

#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "core/config_dump.h"
#include "core/config_tree.h"
#include "core/hash.h"
#include "core/printable.h"
#include "format/json.h"
#include "format/json_lines.h"
#include "run/checkpoint_folders.h"
#include "sweep/member_notes.h"
#include "sweep/run_log.h"

namespace trm::sweep {
namespace {

using nlohmann::json;

// All values of a key in sessions.jsonl, sorted: a run may have been continued by another program.
std::string session_values(const fs::path& file, const char* key) {
  std::set<std::string> values;
  std::ifstream lines(file);
  format::each_json_line(lines, [&](const json& line) {
    const auto value = line.find(key);
    if (value != line.end() && value->is_string())
      values.insert(printable(value->get<std::string>(), 200));
  });
  return fmt::format("{}", fmt::join(values, " and "));
}

std::string data_hash_of(const fs::path& run) {
  constexpr size_t kShown = 12;  // characters of each
  const auto hashes = data_hashes_of(run);
  return hashes ? hashes->train.substr(0, kShown) + "/" + hashes->test.substr(0, kShown) : "";
}

// "commit: A (2 runs), B (full-seed1)".
std::string line_of(const std::string& what,
                    const std::map<std::string, std::vector<std::string>>& by_value) {
  constexpr size_t kFew = 3;
  std::string text;
  for (const auto& [value, names] : by_value) {
    const auto who = names.size() <= kFew ? fmt::format("{}", fmt::join(names, ", "))
                                          : fmt::format("{} runs", names.size());
    text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", value, who);
  }
  return what + " differs: " + text;
}

}  // namespace

std::optional<experiment::DataHashes> data_hashes_of(const fs::path& run) {
  const auto steps = run::checkpoint_steps(run);
  if (steps.empty()) return std::nullopt;
  const auto file = run::checkpoint_folder(run, steps.back()) / "manifest.json";
  try {
    const auto manifest = format::read_json(file);
    const auto test = manifest.is_object() && manifest.contains("test_hash");
    return experiment::DataHashes{
        format::json_text(manifest, "data_hash", file.string()),
        test ? format::json_text(manifest, "test_hash", file.string()) : ""};
  } catch (const Error&) {
    return std::nullopt;
  }
}

Facts facts_of(const Member& member) {
  auto facts = facts_of_run(member.folder);
  facts.member = &member;
  if (const auto notes = read_notes(member)) facts.operations = notes->operations;
  return facts;
}

Facts facts_of_run(const fs::path& run) {
  Facts facts;
  const auto sessions = run / "sessions.jsonl", config = run / "config.yaml";
  facts.commit = session_values(sessions, "made_by");
  facts.libtorch = session_values(sessions, "libtorch");
  facts.processor = session_values(sessions, "processor");
  facts.device = session_values(sessions, "device");
  facts.data_hash = data_hash_of(run);
  facts.seconds = read_run_log(run).seconds;
  if (!fs::exists(config)) return facts;
  facts.config_hash = sha256_file(config);
  facts.precision = experiment::read_experiment(load_config(config)).precision;
  return facts;
}

std::vector<std::string> differences_of(const std::vector<Facts>& runs) {
  const auto whole = [](const Member&) { return std::string(); };
  struct Property {
    const char* name;
    std::string Facts::*value;
    std::function<std::string(const Member&)> named;  // what the study says of it
  };
  const Property properties[] = {
      {"commit", &Facts::commit, whole},
      {"LibTorch", &Facts::libtorch, whole},
      {"processor", &Facts::processor, whole},
      {"device", &Facts::device, [](const Member& m) { return m.experiment.device; }},
      {"precision", &Facts::precision, [](const Member& m) { return m.experiment.precision; }},
      {"data", &Facts::data_hash, [](const Member& m) { return dump_config(m.experiment.data); }}};
  std::vector<std::string> lines;
  for (const auto& property : properties) {
    std::map<std::string, std::map<std::string, std::vector<std::string>>> groups;
    for (const auto& run : runs) {
      const auto& value = run.*property.value;
      if (!value.empty()) groups[property.named(*run.member)][value].push_back(run.member->name);
    }
    for (const auto& [named, by_value] : groups) {
      if (by_value.size() > 1) lines.push_back(line_of(property.name, by_value));
    }
  }
  return lines;
}

}  // namespace trm::sweep
