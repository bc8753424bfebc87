#pragma once

#include <functional>

#include "core/hash.h"
#include "tests/catch.h"
#include "tests/experiment/small_experiment.h"
#include "tests/format/torch_file_builder.h"
#include "tests/program.h"

// A finished run, and ways to make each of its parts faulty for one program.
namespace trm {

// Names and hashes of everything in a folder but what programs print into, to see that nothing
// in it changed.
inline std::string fingerprint(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::string text;
  for (const auto& file : files) {
    const auto name = file.lexically_relative(folder).string();
    // A lock names its last holder, whoever that was.
    if (name.ends_with(".out") || name.ends_with(".err") || name.ends_with("lock")) continue;
    text += name + " " + (fs::is_regular_file(file) ? sha256_file(file) : "") + "\n";
  }
  return text;
}

// A trained run and its data, with ways to name their parts.
struct World {
  experiment::SmallExperiment small;
  fs::path folder = small.scratch.path();

  World() {
    const auto done = run_to_end(small.scratch, "trm-train", {config(), "--run", run()});
    INFO(done.err);
    REQUIRE(done.code == 0);
  }
  std::string at(const std::string& name) const { return (folder / name).string(); }
  std::string config() const { return at("config.yaml"); }
  std::string run() const { return at("run"); }
  std::string data() const { return at("data"); }
  std::string write(const std::string& name, const std::string& text) const {
    return small.scratch.file(name, text).string();
  }
};

using Arguments = std::vector<std::string>;

struct Fault {
  const char* name;
  const char* program;
  std::function<Arguments(const World&)> prepare;
  const char* message;
};

// Config text with one line in it changed or added.
inline Arguments with_config(const World& w, const std::string& from, const std::string& to) {
  auto text = read_text(w.config());
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return {w.write("faulty.yaml", text.replace(at, from.size(), to)), "--run", w.at("new")};
}

inline Arguments sudoku_rows(const World& w, const std::string& rows) {
  const auto good =
      w.write("good.csv", "source,question,answer,rating\na,1234341221434321,1234341221434321,0\n");
  const auto bad = w.write("bad.csv", "source,question,answer,rating\n" + rows);
  return {"build", "sudoku", "--train", bad, "--test", good, w.at("built")};
}

inline Arguments trained_with(const World& w, const std::function<void(const fs::path&)>& damage) {
  fs::copy(w.data(), w.at("damaged"), fs::copy_options::recursive);
  damage(w.at("damaged"));
  return {w.config(), "data.path=" + w.at("damaged"), "--run", w.at("new")};
}

// A copy of the run whose checkpoints are damaged.
inline Arguments evaluated_with(const World& w,
                                const std::function<void(const fs::path&)>& damage) {
  fs::copy(w.run(), w.at("broken"), fs::copy_options::recursive | fs::copy_options::copy_symlinks);
  const auto checkpoint = w.at("broken/checkpoints/step_12");
  damage(checkpoint);
  return {checkpoint};
}

inline std::string weights_file(const World& w, const std::string& pickle) {
  return w.write("step_9", zip_of(torch_pieces(pickle)));
}

inline Arguments arc_task(const World& w, const std::string& grid) {
  w.write("arc_challenges.json", R"({"t": {"train": [{"input": )" + grid +
                                     R"(, "output": [[1]]}], "test": [{"input": [[1]]}]}})");
  return {"build", "arc", "--test", w.at("arc"), w.at("built")};
}

}  // namespace trm
