#include <cstdint>
#include <string>
#include <vector>

#include "core/config_read.h"
#include "tests/catch.h"
#include "tests/scratch_folder.h"

namespace trm {
namespace {

struct Trm {
  struct Config {
    static constexpr std::string_view kind = "trm";
    int64_t H_cycles = 3;
    int64_t L_cycles = 6;
    std::string networks = "one";

    template <class V>
    void fields(V& v) {
      v("H_cycles", H_cycles, "outer cycles");
      v("L_cycles", L_cycles, "inner cycles");
      v("networks", networks, "how many", {.choices = {"one", "two"}});
    }
  };
};

struct MultiZ {
  struct Config {
    static constexpr std::string_view kind = "multi_z";
    int64_t H_cycles = 2;
    int64_t L_cycles = 2;
    int64_t latents = 6;
    double networks = 0.5;  // the same name for something else

    template <class V>
    void fields(V& v) {
      v("H_cycles", H_cycles, "outer cycles");
      v("L_cycles", L_cycles, "inner cycles");
      v("latents", latents, "latents");
      v("networks", networks, "a share");
    }
  };
};

struct Train {
  static constexpr Alternatives kAlternatives[] = {{"steps", "epochs"}};
  std::optional<int64_t> steps;
  std::optional<double> epochs;
  int64_t batch = 8;

  template <class V>
  void fields(V& v) {
    v("steps", steps, "steps of the run");
    v("epochs", epochs, "or passes");
    v("batch", batch, "rows");
  }
};

struct Weights {
  double lr = 0.1;
  double decay = 0.2;

  template <class V>
  void fields(V& v) {
    v("lr", lr, "rate");
    v("decay", decay, "decay");
  }
};

struct Config {
  static constexpr OtherName kOtherNames[] = {{"batch_size", "train.batch"},
                                              {"device=gpu", "cuda"}};
  std::string device = "cpu";
  OneOf<Trm, MultiZ> core;
  std::vector<OneOf<Trm, MultiZ>> cores;
  Train train;
  Weights weights;

  template <class V>
  void fields(V& v) {
    v("device", device, "where", {.choices = {"cpu", "cuda"}});
    v("core", core, "the recursion");
    v("cores", cores, "more of them");
    v("train", train, "");
    v("weights", weights, "");
  }
};

Config read(const std::string& text, const std::vector<std::string>& overrides = {},
            std::vector<std::string>* notes = nullptr) {
  return read_config<Config>(parse_config(text, "x.yaml", overrides), notes);
}

std::string fault(const std::string& text, const std::vector<std::string>& overrides = {}) {
  return error_of([&] { read(text, overrides); });
}

constexpr const char* kTwo = "core: {H_cycles: 2, L_cycles: 1, networks: two}";

void check_multi_z(const Config& config, int64_t H_cycles, int64_t L_cycles, int64_t latents) {
  const auto& core = config.core.get<MultiZ>();
  CHECK(core.H_cycles == H_cycles);
  CHECK(core.L_cycles == L_cycles);
  CHECK(core.latents == latents);
  CHECK(core.networks == 0.5);
}

}  // namespace

TEST_CASE("an override of a kind keeps the fields that both kinds have", "[unit]") {
  check_multi_z(read(kTwo, {"core=multi_z"}), 2, 1, 6);
  check_multi_z(read(kTwo, {"core.kind=multi_z"}), 2, 1, 6);
  check_multi_z(read(kTwo, {"core={kind: multi_z, latents: 3}"}), 2, 1, 3);
  check_multi_z(read(kTwo, {"core=multi_z", "core.latents=4", "core.L_cycles=9"}), 2, 9, 4);
  // What the config leaves to its defaults is as much of it as what it says.
  check_multi_z(read("core: trm", {"core=multi_z"}), 3, 6, 6);
  check_multi_z(read("device: cpu", {"core=multi_z"}), 3, 6, 6);
  // A file that names a kind has that kind's defaults.
  check_multi_z(read("core: multi_z"), 2, 2, 6);
  const auto back = read(kTwo, {"core=multi_z", "core.H_cycles=5", "core=trm"}).core.get<Trm>();
  CHECK(back.H_cycles == 5);
  CHECK(back.L_cycles == 1);
  CHECK(back.networks == "one");
}

TEST_CASE("an override of the same kind, or of a map, changes what it names", "[unit]") {
  const auto core = read(kTwo, {"core={kind: trm, networks: one}"}).core.get<Trm>();
  CHECK(core.H_cycles == 2);
  CHECK(core.networks == "one");
  CHECK(read(kTwo, {"core=trm"}).core.get<Trm>().networks == "two");
  CHECK(read(kTwo, {"core={L_cycles: 4}"}).core.get<Trm>().H_cycles == 2);
  const auto weights = read("weights: {lr: 1, decay: 2}", {"weights={lr: 3}"}).weights;
  CHECK(weights.lr == 3);
  CHECK(weights.decay == 2);
}

TEST_CASE("a kind in a list is changed by its index, and a new list begins anew", "[unit]") {
  const std::string list = "cores: [{H_cycles: 7}, {kind: trm, L_cycles: 5}]";
  const auto changed = read(list, {"cores.1=multi_z"}).cores;
  CHECK(changed[0].get<Trm>().H_cycles == 7);
  CHECK(changed[1].get<MultiZ>().L_cycles == 5);
  CHECK(read(list, {"cores=[{kind: multi_z}]"}).cores.at(0).get<MultiZ>().L_cycles == 2);
}

TEST_CASE("an extending file changes a kind as an override does", "[unit]") {
  const ScratchFolder folder;
  folder.file("base.yaml", kTwo);
  const auto child = folder.file("child.yaml", "extends: base.yaml\ncore: multi_z\n");
  check_multi_z(read_config<Config>(load_config(child)), 2, 1, 6);
  folder.file("child.yaml", "extends: base.yaml\ncore: {kind: multi_z, H_cycles: 8}\n");
  check_multi_z(read_config<Config>(load_config(child)), 8, 1, 6);
}

TEST_CASE("what a change of kind does besides is said in a line", "[unit]") {
  std::vector<std::string> notes;
  read(kTwo, {"core={kind: multi_z, H_cycles: 4}"}, &notes);
  CHECK(notes == std::vector<std::string>{
                     "core: multi_z in the place of trm; keeps L_cycles 1; adds latents 6, "
                     "networks 0.5; drops networks two"});
  read(kTwo, {"core=trm", "weights.lr=3"}, &notes);
  CHECK(notes.empty());
  read("core: multi_z", {}, &notes);
  CHECK(notes.empty());
}

TEST_CASE("of two keys that say one thing the later counts", "[unit]") {
  std::vector<std::string> notes;
  const auto epochs = read("train: {steps: 800}", {"train.epochs=2"}, &notes).train;
  CHECK_FALSE(epochs.steps.has_value());
  CHECK(epochs.epochs == 2.0);
  CHECK(notes == std::vector<std::string>{"train.steps: 800 gives way to epochs 2"});
  CHECK(read("train: {epochs: 3}", {"train.epochs=2", "train.steps=5"}).train.steps == 5);
  CHECK_FALSE(read("train: {epochs: 3}", {"train.steps=5"}).train.epochs.has_value());
  CHECK_FALSE(read("device: cpu", {"train.steps=5", "train.epochs=2"}).train.steps.has_value());
  // The same place says both: whoever reads them has to decide.
  const auto both = read("train: {epochs: 3, steps: 4}").train;
  CHECK(both.steps == 4);
  CHECK(both.epochs == 3.0);
  CHECK(read("train: {steps: 4}", {"train.epochs=null"}).train.steps == 4);
}

TEST_CASE("an unknown key gets the whole path of what may be meant", "[unit]") {
  CHECK(contains(fault("device: cpu", {"lr=3"}),
                 "override 'lr=3': lr: unknown key; did you mean 'weights.lr'? known: device,"));
  CHECK(contains(fault("device: cpu", {"batch_size=3"}), "did you mean 'train.batch'?"));
  CHECK(contains(fault("device: cpu", {"weights.batch_size=3"}), "did you mean 'train.batch'?"));
  CHECK(contains(fault("device: cpu", {"decai=3"}), "did you mean 'weights.decay'?"));
  CHECK(contains(fault("device: cpu", {"H_cycles=3"}), "did you mean 'core.H_cycles'?"));
  CHECK(contains(fault("device: cpu", {"trian.steps=3"}), "did you mean 'train'?"));
  CHECK(contains(fault("core: {latents: 2}"),
                 "core.latents: unknown key of trm, one of multi_z; known: kind, H_cycles"));
  CHECK(fault("device: gpu") ==
        "x.yaml: line 1: device: no 'gpu'; did you mean 'cuda'? known: cpu, cuda");
  CHECK(contains(fault("core: multi"), "no 'multi'; did you mean 'multi_z'?"));
}

TEST_CASE("several mistakes are told together", "[unit]") {
  CHECK(fault("device: tpu\ntrain: {bach: 3, batch: x}\ncore: trn\n", {"weights.lr=fast"}) ==
        "5 mistakes in the config\n"
        "  x.yaml: line 1: device: no 'tpu'; did you mean 'cpu'? known: cpu, cuda\n"
        "  x.yaml: line 3: core.kind: no 'trn'; did you mean 'trm'? known: trm, multi_z\n"
        "  x.yaml: line 2: train.batch: cannot read 'x'; a whole number is needed\n"
        "  x.yaml: line 2: train.bach: unknown key; did you mean 'batch'? "
        "known: steps, epochs, batch\n"
        "  override 'weights.lr=fast': weights.lr: cannot read 'fast'; a number is needed");
  CHECK(fault("device: cpu", {"a", "b=[", "weights.lr=1"}) ==
        "2 mistakes in the config\n"
        "  override 'a': an override reads key=value, such as train.steps=100\n"
        "  override 'b=[': not valid YAML: end of sequence flow not found");
}

}  // namespace trm
