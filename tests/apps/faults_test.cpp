#include <sys/resource.h>

#include "tests/apps/fault_world.h"

namespace trm {
namespace {

const std::vector<Fault> kFaults = {
    {"no config", "trm-train", [](const World&) { return Arguments{}; }, "config: none named"},
    {"absent config", "trm-train", [](const World& w) { return Arguments{w.at("absent.yaml")}; },
     "no such file"},
    {"unknown option", "trm-train",
     [](const World& w) {
       return Arguments{w.config(), "--rnu", "x"};
     },
     "see trm-train --help"},
    {"empty YAML", "trm-train", [](const World& w) { return Arguments{w.write("e.yaml", "")}; },
     "the file is empty"},
    {"broken YAML", "trm-train",
     [](const World& w) { return Arguments{w.write("b.yaml", "data: {path: x\nmodel: [")}; },
     "not valid YAML"},
    {"misspelt key", "trm-train",
     [](const World& w) { return with_config(w, "width: 16", "widht: 16"); },
     "model.widht: unknown key; did you mean 'width'?"},
    {"unknown kind", "trm-train",
     [](const World& w) { return with_config(w, "mixer: token_mlp", "mixer: tokn_mlp"); },
     "no 'tokn_mlp'; did you mean 'token_mlp'?"},
    {"mistyped value", "trm-train",
     [](const World& w) { return with_config(w, "width: 16", "width: wide"); },
     "cannot read 'wide'"},
    {"number out of range", "trm-train",
     [](const World& w) { return with_config(w, "width: 16", "width: 0"); },
     "model.width: 0 is too small"},
    {"override without a value", "trm-train",
     [](const World& w) {
       return Arguments{w.config(), "model.width"};
     },
     "reads key=value"},
    {"no cuda here", "trm-train",
     [](const World& w) {
       return Arguments{w.config(), "device=cuda", "--run", w.at("new")};
     },
     "device: "},
    {"run folder is something else", "trm-train",
     [](const World& w) {
       return Arguments{w.config(), "--run", w.data()};
     },
     "not empty and no run"},
    {"another config for the run", "trm-train",
     [](const World& w) {
       return Arguments{w.config(), "model.width=32", "--run", w.run()};
     },
     "model.width: 16 there, 32 here"},
    {"data folder is absent", "trm-train",
     [](const World& w) {
       return Arguments{w.config(), "data.path=" + w.at("absent"), "--run", w.at("new")};
     },
     "no such data folder"},
    {"data file is missing", "trm-train",
     [](const World& w) {
       return trained_with(w, [](const fs::path& f) { fs::remove(f / "train/all__labels.npy"); });
     },
     "all__labels.npy: no such file"},
    {"data file is truncated", "trm-train",
     [](const World& w) {
       return trained_with(
           w, [](const fs::path& f) { fs::resize_file(f / "train/all__inputs.npy", 300); });
     },
     "bytes of numbers where its shape needs"},
    {"data is inconsistent", "trm-train",
     [](const World& w) {
       return trained_with(w, [](const fs::path& f) {
         fs::copy_file(f / "test/all__labels.npy", f / "train/all__labels.npy",
                       fs::copy_options::overwrite_existing);
       });
     },
     "not as many rows"},
    {"short CSV row", "trm-data",
     [](const World& w) { return sudoku_rows(w, "a,12343412,1234341221434321,0\n"); },
     "question: 8 cells"},
    {"long CSV row", "trm-data",
     [](const World& w) { return sudoku_rows(w, "a,1234341221434321,12343412214343211,0\n"); },
     "17 cells"},
    {"CSV row with a bad character", "trm-data",
     [](const World& w) { return sudoku_rows(w, "a,123434122143432x,1234341221434321,0\n"); },
     "'x'"},
    {"CSV answer against its question", "trm-data",
     [](const World& w) { return sudoku_rows(w, "a,2...............,1234341221434321,0\n"); },
     "bad.csv: line 2"},
    {"CSV question with many solutions, where that is refused", "trm-data",
     [](const World& w) {
       auto words = sudoku_rows(w, "a,1...............,1234341221434321,0\n");
       words.push_back("--strict");
       return words;
     },
     "several solutions"},
    {"CSV question without a solution", "trm-data",
     [](const World& w) { return sudoku_rows(w, "a,11..............,1234341221434321,0\n"); },
     "no solution"},
    {"CSV without rows", "trm-data", [](const World& w) { return sudoku_rows(w, ""); }, "bad.csv"},
    {"generated over another folder", "trm-data",
     [](const World& w) {
       return Arguments{"generate", "sudoku", "--box", "2x2",   "--train",
                        "5",        "--test", "5",     w.data()};
     },
     "already there"},
    {"unknown box", "trm-data",
     [](const World& w) {
       return Arguments{"generate", "sudoku", "--box", "5x5", w.at("made")};
     },
     "no '5x5'; known: 2x2, 2x3, 3x3, 4x4"},
    {"givens that are no range", "trm-data",
     [](const World& w) {
       return Arguments{"generate", "sudoku", "--givens", "8-14", w.at("made")};
     },
     "--givens: cannot read '8-14'; write MIN:MAX"},
    {"walls that are no number", "trm-data",
     [](const World& w) {
       return Arguments{"generate", "maze", "--density", "0.3:nan", w.at("made")};
     },
     "--density: cannot read '0.3:nan'; write LOW:HIGH"},
    {"more puzzles than there are", "trm-data",
     [](const World& w) {
       return Arguments{"generate", "sudoku", "--box",  "2x2", "--givens",  "16:16",
                        "--train",  "500",    "--test", "5",   w.at("made")};
     },
     "there are"},
    {"no such run", "trm-eval", [](const World& w) { return Arguments{w.at("absent")}; },
     "no such run or checkpoint"},
    {"truncated checkpoint", "trm-eval",
     [](const World& w) {
       return evaluated_with(
           w, [](const fs::path& f) { fs::resize_file(f / "weights.safetensors", 100); });
     },
     "(truncated)"},
    {"checkpoint without a manifest", "trm-eval",
     [](const World& w) {
       return evaluated_with(w, [](const fs::path& f) { fs::remove(f / "manifest.json"); });
     },
     "no checkpoint in it"},
    {"checkpoint of another model", "trm-train",
     [](const World& w) {
       return Arguments{w.config(), "model.width=32", "init.from=" + w.run(), "--run", w.at("new")};
     },
     "there and [6, 32] here"},
    {"data of another grid", "trm-eval",
     [](const World& w) {
       return Arguments{w.run(), "--data",
                        std::string(TRM_SOURCE_DIR) + "/tests/golden/data/sudoku_out"};
     },
     "the model was trained on 16 cells"},
    {"empty puzzle", "trm-solve",
     [](const World& w) {
       return Arguments{w.run(), ""};
     },
     "no puzzle in it"},
    {"puzzle without givens", "trm-solve",
     [](const World& w) {
       return Arguments{w.run(), "................"};
     },
     "nothing is given"},
    {"wrong puzzle", "trm-solve",
     [](const World& w) {
       return Arguments{w.run(), "12345678........"};
     },
     "board: '5'"},
    {"hostile checkpoint file", "trm-eval",
     [](const World& w) {
       return Arguments{
           weights_file(w, pickle::state_dict(pickle::text("x") + pickle::global("os", "system") +
                                              "(" + pickle::text("true") + "tR")),
           "--data", w.data()};
     },
     "the global 'os.system'"},
    {"checkpoint file without a config", "trm-eval",
     [](const World& w) {
       return Arguments{weights_file(w, two_tensors()), "--data", w.data()};
     },
     "no tensor 'embed_tokens.embedding_weight'"},
    {"truncated checkpoint file", "trm-convert",
     [](const World& w) {
       return Arguments{w.write("cut.pt", zip_of(torch_pieces()).substr(0, 300)),
                        w.at("made.safetensors")};
     },
     "no whole zip archive"},
    {"converted over a file", "trm-convert",
     [](const World& w) {
       return Arguments{w.run(), w.config()};
     },
     "what to write?"},
    {"converted over itself", "trm-convert",
     [](const World& w) {
       return Arguments{w.run(), w.write("there.pt", "x")};
     },
     "already there"},
    {"weights of nothing", "trm-convert",
     [](const World& w) {
       return Arguments{w.at("absent"), w.at("made.pt")};
     },
     "no such run or checkpoint"},
    {"init from a file of something else", "trm-train",
     [](const World& w) {
       return Arguments{w.config(), "init.from=" + weights_file(w, two_tensors()), "--run",
                        w.at("new")};
     },
     "weights of another model"},
    {"ARC without tests", "trm-data",
     [](const World& w) {
       return Arguments{"build", "arc", "--train", w.at("arc"), w.at("built")};
     },
     "--test: name a set"},
    {"ARC that is not there", "trm-data",
     [](const World& w) {
       return Arguments{"build", "arc", "--test", w.at("arc"), w.at("built")};
     },
     "neither a folder of tasks"},
    {"ARC with another colour", "trm-data", [](const World& w) { return arc_task(w, "[[1, 12]]"); },
     "task t: train pair 1: input: row 1, column 2: 12 is no colour"},
    {"ARC with ragged rows", "trm-data",
     [](const World& w) { return arc_task(w, "[[1, 2], [3]]"); },
     "row 2 does not have the 2 cells"},
    {"ARC with deep nesting", "trm-data",
     [](const World& w) { return arc_task(w, std::string(200, '[') + std::string(200, ']')); },
     "nested deeper than 64"},
    {"unknown key in a benchmark", "trm-bench",
     [](const World& w) {
       return Arguments{"train", w.config(), "train.btach=2"};
     },
     "did you mean 'batch'?"},
};

}  // namespace

TEST_CASE("a fault gives one clear line, exit code 2 and an unchanged folder", "[unit]") {
  const World world;
  for (const auto& fault : kFaults) {
    INFO(fault.name);
    for (const char* left : {"damaged", "broken"}) fs::remove_all(world.folder / left);
    const auto arguments = fault.prepare(world);
    const auto before = fingerprint(world.folder);
    const auto done = run_to_end(world.small.scratch, fault.program, arguments);
    INFO("exit code " << done.code << "\nstdout: " << done.out << "\nstderr: " << done.err);
    CHECK(done.code == 2);
    const auto last = done.err.substr(done.err.rfind("error: "));
    CHECK(done.err.find("error: ") != std::string::npos);
    CHECK(contains(last, fault.message));
    CHECK(std::count(last.begin(), last.end(), '\n') == 1);
    CHECK(fingerprint(world.folder) == before);
  }
}

TEST_CASE("a full disk stops a save and harms nothing that was there", "[unit]") {
  const World world;
  const auto before = fingerprint(world.folder / "run/checkpoints");
  // No file may grow past this, as on a disk without space: the write fails half-way.
  struct rlimit unlimited {};
  getrlimit(RLIMIT_FSIZE, &unlimited);
  const struct rlimit small { 8192, unlimited.rlim_max };
  ::signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &small);
  const auto done = run_to_end(world.small.scratch, "trm-train",
                               {world.config(), "train.steps=16", "--run", world.run()});
  setrlimit(RLIMIT_FSIZE, &unlimited);
  INFO(done.err);
  CHECK(done.code == 2);
  CHECK(contains(done.err, "free some space and run again"));
  CHECK(fingerprint(world.folder / "run/checkpoints") == before);
  const auto again = run_to_end(world.small.scratch, "trm-train",
                                {world.config(), "train.steps=16", "--run", world.run()});
  INFO(again.err);
  CHECK(again.code == 0);
}

TEST_CASE("every program helps and says its version", "[unit]") {
  const ScratchFolder scratch;
  for (const char* name :
       {"trm-train", "trm-eval", "trm-solve", "trm-data", "trm-bench", "trm-convert"}) {
    INFO(name);
    const auto help = run_to_end(scratch, name, {"--help"});
    CHECK(help.code == 0);
    CHECK(contains(help.out, "Examples:"));
    const auto version = run_to_end(scratch, name, {"--version"});
    CHECK(version.code == 0);
    for (const char* part : {"trm 0.", "commit ", "LibTorch 2.", "CUDA"})
      CHECK(contains(version.out, part));
  }
}

}  // namespace trm
