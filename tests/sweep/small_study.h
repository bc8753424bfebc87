#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/experiment/small_experiment.h"
#include "tests/program.h"

namespace trm::sweep {

// A study of a small experiment in a scratch folder.
struct SmallStudy {
  experiment::SmallExperiment small;

  // `lines`: of sweep.yaml, besides base and runs.
  explicit SmallStudy(const std::string& lines) { write(lines); }

  void write(const std::string& lines) const {
    small.scratch.file("sweep.yaml", "base: config.yaml\nruns: " + runs().string() + "\n" + lines);
  }
  std::string file() const { return (small.scratch / "sweep.yaml").string(); }
  fs::path runs() const { return small.scratch / "runs"; }
  fs::path run(const std::string& name) const { return runs() / name; }

  // "trm-sweep COMMAND FILE WORDS...", to its end.
  Finished sweep(const std::string& command, std::vector<std::string> words = {}) const {
    words.insert(words.begin(), {command, file()});
    return run_to_end(small.scratch, "trm-sweep", words);
  }
  nlohmann::json table() const {
    return nlohmann::json::parse(sweep("table", {"--format", "json"}).out);
  }
  // Of each run by its folder's name: its state.
  std::map<std::string, std::string> states() const {
    std::map<std::string, std::string> states;
    for (const auto& run : nlohmann::json::parse(sweep("status", {"--json"}).out))
      states[fs::path(run["run"].get<std::string>()).filename()] = run["state"];
    return states;
  }
  // The processes that trained a run: lines of its sessions.jsonl.
  std::vector<nlohmann::json> sessions(const std::string& name) const {
    std::vector<nlohmann::json> lines;
    std::ifstream file(run(name) / "sessions.jsonl");
    for (std::string line; std::getline(file, line);) lines.push_back(nlohmann::json::parse(line));
    return lines;
  }
};

}  // namespace trm::sweep
