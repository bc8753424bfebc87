#include <cstdint>
#include <string>
#include <vector>

#include "core/config_dump.h"
#include "core/config_read.h"
#include "core/random.h"
#include "tests/catch.h"
#include "tests/scratch_folder.h"

namespace trm {
namespace {

struct Mlp {
  struct Config {
    static constexpr std::string_view kind = "mlp";
    int64_t size = 4;
    template <class V>
    void fields(V& v) {
      v("size", size, "size");
    }
  };
};

struct Conv {
  struct Config {
    static constexpr std::string_view kind = "conv";
    int64_t kernel = 3;
    template <class V>
    void fields(V& v) {
      v("kernel", kernel, "kernel");
    }
  };
};

struct Config {
  int64_t steps = 10;
  std::string name = "x";
  std::vector<int64_t> sizes;
  OneOf<Mlp, Conv> mixer;

  template <class V>
  void fields(V& v) {
    v("steps", steps, "steps");
    v("name", name, "name");
    v("sizes", sizes, "sizes");
    v("mixer", mixer, "mixer");
  }
};

Config load(const fs::path& path, const std::vector<std::string>& overrides = {}) {
  return read_config<Config>(load_config(path, overrides));
}

std::string fault_of(const std::string& text) {
  return error_of([&] { read_config<Config>(parse_config(text, "x.yaml")); });
}

std::string repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

}  // namespace

TEST_CASE("a config extends another, which it overrules key by key", "[unit]") {
  const ScratchFolder folder;
  fs::create_directory(folder / "sub");
  folder.file("base.yaml", "steps: 5\nname: base\nsizes: [1, 2]\nmixer: {kind: conv, kernel: 7}\n");
  const auto child =
      folder.file("sub/child.yaml", "extends: ../base.yaml\nname: child\nsizes: [3]\n");
  const auto config = load(child);
  CHECK(config.steps == 5);
  CHECK(config.name == "child");
  CHECK(config.sizes == std::vector<int64_t>{3});
  CHECK(config.mixer.get<Conv>().kernel == 7);
  CHECK(load(child, {"steps=6"}).steps == 6);
}

TEST_CASE("a choice merges with the base's when the kind is the same", "[unit]") {
  const ScratchFolder folder;
  folder.file("map.yaml", "mixer: {kind: conv, kernel: 7}\n");
  folder.file("bare.yaml", "mixer: conv\n");
  const auto extending = [&](const std::string& base, const std::string& mixer) {
    return load(folder.file("child.yaml", "extends: " + base + ".yaml\nmixer: " + mixer + "\n"))
        .mixer;
  };
  CHECK(extending("map", "{kernel: 5}").get<Conv>().kernel == 5);
  CHECK(extending("bare", "{kernel: 5}").get<Conv>().kernel == 5);
  CHECK(extending("map", "{kind: conv}").get<Conv>().kernel == 7);
  CHECK(extending("map", "{kind: mlp}").get<Mlp>().size == 4);
  CHECK(extending("bare", "{kind: mlp, size: 2}").get<Mlp>().size == 2);
  CHECK(extending("map", "mlp").get<Mlp>().size == 4);
}

TEST_CASE("faults in a base are told of the base", "[unit]") {
  const ScratchFolder folder;
  const auto base = folder.file("base.yaml", "steps: 5\nstpes: 3\n");
  const auto child = folder.file("child.yaml", "extends: base.yaml\n\nname: [a]\n");
  CHECK(error_of([&] { load(child); }) ==
        "2 mistakes in the config\n  " + child.string() +
            ": line 3: name: a list where text is needed\n  " + base.string() +
            ": line 2: stpes: unknown key; did you mean 'steps'? known: steps, name, sizes, mixer");
  folder.file("child.yaml", "extends: base.yaml\n");
  CHECK(contains(error_of([&] { load(child); }), base.string() + ": line 2: stpes: unknown key"));
}

TEST_CASE("only one level of extends is allowed, and the base must be there", "[unit]") {
  const ScratchFolder folder;
  const auto base = folder.file("base.yaml", "steps: 1\nextends: more.yaml\n");
  const auto child = folder.file("child.yaml", "extends: base.yaml\n");
  CHECK(error_of([&] { load(child); }) ==
        base.string() + ": line 2: extends: a base cannot extend another; one level is allowed");
  folder.file("child.yaml", "extends: child.yaml\n");
  CHECK(contains(error_of([&] { load(child); }), "a base cannot extend another"));
  folder.file("child.yaml", "extends: none.yaml\n");
  CHECK(error_of([&] { load(child); }) == (folder / "none.yaml").string() + ": no such file");
  for (const char* value : {"[base.yaml]", "{a: b}", "", "''"}) {
    folder.file("child.yaml", "extends: " + std::string(value) + "\n");
    CHECK(error_of([&] { load(child); }) ==
          child.string() + ": line 1: extends: the name of a config file is needed");
  }
}

TEST_CASE("a file that is no config is an error", "[unit]") {
  const ScratchFolder folder;
  CHECK(error_of([&] { load(folder / "x.yaml"); }) ==
        (folder / "x.yaml").string() + ": no such file");
  CHECK(contains(error_of([&] { load(folder.path()); }), "not a regular file"));
  CHECK(contains(error_of([&] { load(folder / std::string(300, 'x')); }), "cannot read"));
  CHECK(fault_of("") == "x.yaml: the file is empty; a config has keys");
  CHECK(fault_of("# nothing\n") == "x.yaml: the file is empty; a config has keys");
  CHECK(fault_of("[1]") == "x.yaml: a config is a map of keys, 'key: value'");
  CHECK(contains(fault_of("steps: 1\n  name: [x"), "x.yaml: line 2: not valid YAML: "));
  CHECK(fault_of("steps: 1\nname: a\nsteps: 2\n") ==
        "x.yaml: line 3: 'steps' is given twice; keep one");
  CHECK(fault_of("[a]: 1") == "x.yaml: line 1: a key must be a plain word");
  CHECK(fault_of("steps: 1\n---\nsteps: 2\n") ==
        "x.yaml: two documents in one file; keep one, without '---' between");
  CHECK(contains(fault_of("a: " + std::string(1 << 20, 'x')), "larger than a config can be"));
}

TEST_CASE("a hostile file is an error, not a crash", "[unit]") {
  CHECK(contains(fault_of("a: " + repeated("[", 100) + repeated("]", 100)), "nested too deeply"));
  CHECK(contains(fault_of("a: " + std::string(50000, '[')), "x.yaml: "));
  CHECK(contains(fault_of("a: " + repeated("{a: ", 50000)), "x.yaml: "));
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    const auto alias = "*a" + std::to_string(i - 1) + ", ";
    bomb +=
        "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + repeated(alias, 10) + "]\n";
  }
  CHECK(contains(fault_of(bomb), "too many entries; at most 20000"));
  CHECK(contains(fault_of("a: &a [*a]"), "x.yaml: "));
  const auto long_text = "a: &a \"" + std::string(100000, 'x') + "\"\n";
  CHECK(contains(fault_of(long_text + "b: [" + repeated("*a, ", 100) + "]"),
                 "texts are more than 1 MiB, repeated ones counted again"));
}

// The parser takes such a token for an empty document, and never gets beyond it.
TEST_CASE("a comma outside of brackets is an error that ends", "[unit]") {
  const std::string told = "follows what is whole already; a list is written [a, b]";
  CHECK(fault_of(",") == "x.yaml: line 1: not valid YAML: ',' " + told);
  CHECK(fault_of("[a],") == "x.yaml: line 1: not valid YAML: ',' " + told);
  CHECK(fault_of("# steps: 5\n\n,\"s\" [\">") ==
        "x.yaml: line 3: not valid YAML: ',\"s\" [\">' " + told);
  CHECK(contains(fault_of(",aFF\n\nFFFFFFFFF\xff"), "',aFF' " + told));
  CHECK(contains(fault_of("#*aRM on ath: data/ar\xff\n , task:eights: {kind: adam, lr: 1e-4, b}"),
                 "x.yaml: line 2: not valid YAML: "));
  CHECK(contains(fault_of("steps: 5\n}"), "x.yaml: line 2: not valid YAML: "));
  const auto fault = [](const std::string& override) {
    const std::vector<std::string> overrides = {override};
    return error_of([&] { parse_config("steps: 5", "x.yaml", overrides); });
  };
  CHECK(fault("steps=,100") == "override 'steps=,100': not valid YAML: ',100' " + told);
  CHECK(fault("sizes=[1],[2]") == "override 'sizes=[1],[2]': not valid YAML: ',[2]' " + told);
  CHECK(contains(fault("name=a\n--- b"), "two documents in one file"));
}

TEST_CASE("a damaged config is read or refused, nothing else", "[unit]") {
  const std::string whole =
      "steps: 5\nname: 'a b'\nsizes: [1, 2, &x 3, *x]\nmixer: {kind: conv, kernel: 7}\n";
  Stream random(1, "damage");
  int refused = 0;
  for (int i = 0; i < 300; ++i) {
    auto text = whole;
    for (int j = 0; j < 2; ++j)
      text[random.below(text.size())] = static_cast<char>(random.below(256));
    if (i % 3 == 0) text.resize(random.below(text.size()));
    try {
      dump_config(read_config<Config>(parse_config(text, "x.yaml")));
    } catch (const Error&) {
      ++refused;
    }
  }
  CHECK(refused > 150);
  CHECK(refused < 300);
}

}  // namespace trm
