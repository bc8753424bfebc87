#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/config_dump.h"
#include "core/config_read.h"
#include "tests/catch.h"

namespace trm {
namespace {

struct Attention {
  struct Config {
    static constexpr std::string_view kind = "attention";
    int64_t heads = 8;

    template <class V>
    void fields(V& v) {
      v("heads", heads, "number of heads", {.min = 1, .max = 64});
    }
  };
};

struct TokenMlp {
  struct Config {
    static constexpr std::string_view kind = "token_mlp";
    double expansion = 4;

    template <class V>
    void fields(V& v) {
      v("expansion", expansion, "inner size", {.min = 0, .above_min = true});
    }
  };
};

struct Layer {
  OneOf<Attention, TokenMlp> mixer;
  int64_t repeat = 1;

  template <class V>
  void fields(V& v) {
    v("mixer", mixer, "what mixes positions");
    v("repeat", repeat, "copies");
  }
};

struct Net {
  int64_t width = 512;
  OneOf<Attention, TokenMlp> mixer;
  std::vector<Layer> layers;
  std::vector<int64_t> sizes = {1, 2};

  template <class V>
  void fields(V& v) {
    v("width", width, "channels", {.min = 1});
    v("mixer", mixer, "what mixes positions");
    v("layers", layers, "one entry a layer");
    v("sizes", sizes, "sizes", {.max = 100});
  }
};

struct Config {
  bool compile = false;
  double rate = 1e-4;
  std::string name = "run";
  std::string device = "cpu";
  std::optional<int64_t> limit;
  Net net;

  template <class V>
  void fields(V& v) {
    v("compile", compile, "whether to compile");
    v("rate", rate, "learning rate", {.min = 0, .max = 1});
    v("name", name, "name", {.free = true});
    v("device", device, "where to run", {.free = true, .choices = {"cpu", "cuda"}});
    v("limit", limit, "most steps", {.min = 1});
    v("net", net, "the network");
  }
};

Config read(const std::string& text, const std::vector<std::string>& overrides = {}) {
  return read_config<Config>(parse_config(text, "x.yaml", overrides));
}

std::string fault(const std::string& text, const std::vector<std::string>& overrides = {}) {
  return error_of([&] { read(text, overrides); });
}

}  // namespace

TEST_CASE("a config takes what the file says and keeps the other defaults", "[unit]") {
  const auto config = read(
      "compile: true\nrate: 2.5e-3\nlimit: 7\n"
      "net:\n  width: 64\n  mixer: {kind: token_mlp, expansion: 2}\n"
      "  layers:\n    - mixer: attention\n      repeat: 3\n    - {}\n");
  CHECK(config.compile);
  CHECK(config.rate == 2.5e-3);
  CHECK(config.name == "run");
  CHECK(config.limit == 7);
  CHECK(config.net.width == 64);
  CHECK(config.net.mixer.kind() == "token_mlp");
  CHECK(config.net.mixer.get<TokenMlp>().expansion == 2);
  REQUIRE(config.net.layers.size() == 2);
  CHECK(config.net.layers[0].repeat == 3);
  CHECK(config.net.layers[0].mixer.holds<Attention>());
  CHECK(config.net.layers[1].repeat == 1);
  CHECK(config.net.sizes == std::vector<int64_t>{1, 2});
}

TEST_CASE("a kind may be left out, stand bare, or be named with its fields", "[unit]") {
  CHECK(read("net: {mixer: {heads: 4}}").net.mixer.get<Attention>().heads == 4);
  CHECK(read("net: {mixer: attention}").net.mixer.get<Attention>().heads == 8);
  CHECK(read("net: {mixer: token_mlp}").net.mixer.get<TokenMlp>().expansion == 4);
  CHECK(read("net: {mixer: {kind: attention, heads: 2}}").net.mixer.get<Attention>().heads == 2);
}

TEST_CASE("an unknown key is named with its line, its path and the nearest name", "[unit]") {
  CHECK(fault("rate: 0.1\nnet:\n  widht: 3\n") ==
        "x.yaml: line 3: net.widht: unknown key; did you mean 'width'? "
        "known: width, mixer, layers, sizes");
  CHECK(fault("rate: 0.1\nentirely: 3\n") ==
        "x.yaml: line 2: entirely: unknown key; "
        "known: compile, rate, name, device, limit, net");
  CHECK(fault("net:\n  layers:\n    - repeat: 2\n    - repeet: 2\n") ==
        "x.yaml: line 4: net.layers.1.repeet: unknown key; did you mean 'repeat'? "
        "known: mixer, repeat");
}

TEST_CASE("an unknown kind and a field of another kind are errors", "[unit]") {
  CHECK(fault("net:\n  mixer: {kind: atention}\n") ==
        "x.yaml: line 2: net.mixer.kind: no 'atention'; did you mean 'attention'? "
        "known: attention, token_mlp");
  CHECK(fault("net:\n  mixer: atention\n") ==
        "x.yaml: line 2: net.mixer.kind: no 'atention'; did you mean 'attention'? "
        "known: attention, token_mlp");
  CHECK(fault("net:\n  mixer:\n    kind: token_mlp\n    heads: 3\n") ==
        "x.yaml: line 4: net.mixer.heads: unknown key of token_mlp, one of attention; "
        "known: kind, expansion");
  CHECK(fault("net: {mixer: [attention]}") ==
        "x.yaml: line 1: net.mixer: a kind, or a map with a kind, is needed");
  CHECK(fault("net: {mixer: }") ==
        "x.yaml: line 1: net.mixer: a kind, or a map with a kind, is needed");
  CHECK(fault("net: {mixer: {kind: [a]}}") ==
        "x.yaml: line 1: net.mixer.kind: a list where the name of a kind is needed");
}

TEST_CASE("a value of the wrong type is an error", "[unit]") {
  CHECK(fault("net: {width: wide}") ==
        "x.yaml: line 1: net.width: cannot read 'wide'; a whole number is needed");
  for (const char* text : {"1.5", "1e3", "0x10", "+3", "99999999999999999999", "''", "3 4"}) {
    INFO(text);
    CHECK(contains(fault("net: {width: " + std::string(text) + "}"), "a whole number is needed"));
  }
  for (const char* text : {"fast", ".nan", ".inf", "nan", "inf", "1e999", "1,5"}) {
    INFO(text);
    CHECK(contains(fault("rate: " + std::string(text)), "rate: cannot read"));
  }
  CHECK(fault("compile: yes") ==
        "x.yaml: line 1: compile: cannot read 'yes'; true or false is needed");
  CHECK(fault("rate: [1]") == "x.yaml: line 1: rate: a list where a number is needed");
  CHECK(fault("name: {a: 1}") == "x.yaml: line 1: name: a map where text is needed");
  CHECK(fault("net: 3") == "x.yaml: line 1: net: a map of keys is needed");
  CHECK(fault("net: {layers: 3}") == "x.yaml: line 1: net.layers: a list is needed, [a, b]");
}

TEST_CASE("bounds and choices hold, with their limits", "[unit]") {
  CHECK(fault("net: {width: 0}") == "x.yaml: line 1: net.width: 0 is too small; at least 1");
  CHECK(fault("rate: 1.5") == "x.yaml: line 1: rate: 1.5 is too large; at most 1");
  CHECK(read("rate: 1").rate == 1);
  CHECK(read("rate: 0").rate == 0);
  CHECK(fault("net: {mixer: {kind: token_mlp, expansion: 0}}") ==
        "x.yaml: line 1: net.mixer.expansion: 0 is too small; it must be above 0");
  CHECK(contains(fault("limit: 0"), "limit: 0 is too small"));
  CHECK(fault("net:\n  sizes:\n    - 1\n    - 101\n") ==
        "x.yaml: line 4: net.sizes.1: 101 is too large; at most 100");
  CHECK(fault("device: cudaa") ==
        "x.yaml: line 1: device: no 'cudaa'; did you mean 'cuda'? known: cpu, cuda");
}

TEST_CASE("an item of a list is named by its own index", "[unit]") {
  CHECK(contains(fault("net: {sizes: [1, two, 3]}"), "net.sizes.1: cannot read 'two'"));
  CHECK(contains(fault("net: {sizes: [one]}"), "net.sizes.0: cannot read 'one'"));
  CHECK(read("net: {sizes: []}").net.sizes.empty());
}

TEST_CASE("null empties an optional field and is an error elsewhere", "[unit]") {
  CHECK_FALSE(read("limit: null").limit.has_value());
  CHECK_FALSE(read("limit: 3", {"limit="}).limit.has_value());
  CHECK(fault("rate: ") == "x.yaml: line 1: rate: no value; a number is needed");
  CHECK(fault("name: ~") == "x.yaml: line 1: name: no value; text is needed");
  CHECK(read("name: 'null'").name == "null");
  CHECK(fault("net:") == "x.yaml: line 1: net: a map of keys is needed");
}

TEST_CASE("overrides edit the tree before it is read", "[unit]") {
  CHECK(read("rate: 0.5", {"rate=0.25", "net.width=16"}).rate == 0.25);
  CHECK(read("rate: 0.5", {"net.width=16"}).net.width == 16);
  CHECK(read("rate: 0.5", {"net.sizes=[4, 5]"}).net.sizes == std::vector<int64_t>{4, 5});
  const std::string layers = "net: {layers: [{repeat: 1}, {repeat: 2}]}";
  CHECK(read(layers, {"net.layers.1.repeat=9"}).net.layers[1].repeat == 9);
  CHECK(read(layers, {"net.layers.0.mixer={kind: token_mlp, expansion: 3}"})
            .net.layers[0]
            .mixer.get<TokenMlp>()
            .expansion == 3);
  CHECK(read("name: a", {"name=b=c"}).name == "b=c");
}

TEST_CASE("an override's value over a map changes the keys that it names", "[unit]") {
  const auto net = read("net: {width: 3, sizes: [4]}", {"net={width: 5}"}).net;
  CHECK(net.width == 5);
  CHECK(net.sizes == std::vector<int64_t>{4});
}

TEST_CASE("an override of a bare kind's field makes it a map", "[unit]") {
  CHECK(read("net: {mixer: token_mlp}", {"net.mixer.expansion=2"})
            .net.mixer.get<TokenMlp>()
            .expansion == 2);
  CHECK(read("net: {mixer: token_mlp}", {"net.mixer.kind=attention"}).net.mixer.kind() ==
        "attention");
  CHECK(read("net: {mixer: token_mlp}", {"net.mixer=attention", "net.mixer.heads=2"})
            .net.mixer.get<Attention>()
            .heads == 2);
}

TEST_CASE("a bad override names itself instead of a line", "[unit]") {
  CHECK(fault("rate: 1", {"net.widht=3"}) ==
        "override 'net.widht=3': net.widht: unknown key; did you mean 'width'? "
        "known: width, mixer, layers, sizes");
  CHECK(fault("rate: 1", {"rate"}) ==
        "override 'rate': an override reads key=value, such as train.steps=100");
  CHECK(contains(fault("rate: 1", {"=3"}), "an override reads key=value"));
  CHECK(fault("rate: 1", {"net..width=3"}) ==
        "override 'net..width=3': an empty name between dots");
  CHECK(contains(fault("rate: 1", {"net.=3"}), "an empty name between dots"));
  CHECK(fault("net: {sizes: [1]}", {"net.sizes.1=3"}) ==
        "override 'net.sizes.1=3': no item '1' in a list of 1; items count from 0");
  CHECK(contains(fault("net: {sizes: [1]}", {"net.sizes.-1=3"}), "no item '-1'"));
  CHECK(contains(fault("net: {sizes: [1]}", {"net.sizes.x=3"}), "no item 'x'"));
  CHECK(contains(fault("rate: 1", {"rate=[1"}), "override 'rate=[1': not valid YAML"));
  CHECK(contains(fault("rate: 1", {"rate=fast"}), "override 'rate=fast': rate: cannot read"));
  CHECK(contains(fault("rate: 1", {"a." + std::string(500000, '.') + "=1"}), "an empty name"));
  std::string deep = "net";
  for (int i = 0; i < 200000; ++i) deep += ".a";
  CHECK(contains(fault("rate: 1", {deep + "=1"}), "nested too deeply"));
}

TEST_CASE("numbers differ when fields that decide numbers do", "[unit]") {
  const Config plain;
  CHECK(numeric_differences(plain, plain).empty());
  CHECK(numeric_differences(plain, read("{device: cuda, name: other}")).empty());
  CHECK(
      numeric_differences(plain, read("{rate: 0.5, net: {mixer: {heads: 4}}}")) ==
      std::vector<std::string>{"net.mixer.heads: 8 there, 4 here", "rate: 0.0001 there, 0.5 here"});
  CHECK(numeric_differences(plain, read("net: {mixer: token_mlp}")) ==
        std::vector<std::string>{"net.mixer.heads: 8 there, absent here",
                                 "net.mixer.kind: attention there, token_mlp here",
                                 "net.mixer.expansion: absent there, 4 here"});
  CHECK(numeric_differences(plain, read("net: {sizes: [1, 2, 3]}")) ==
        std::vector<std::string>{"net.sizes.2: absent there, 3 here"});
  CHECK(numeric_differences(plain, read("limit: 4")) ==
        std::vector<std::string>{"limit: null there, 4 here"});
}

// A terminal obeys what is in such a file.
TEST_CASE("no message shows control characters or more than a little of a config", "[unit]") {
  const std::string texts[] = {"name: \"\\\x04\"",
                               "a\x7f: 1\na\x7f: 2",
                               "rate: fast\x7f",
                               "b\x7f: 1",
                               "rate: " + std::string(5000, 'x'),
                               std::string(500, 'x') + ": 1"};
  for (const auto& text : texts) {
    const auto message = fault(text);
    INFO(message);
    CHECK(message.size() < 2000);
    CHECK(std::all_of(message.begin(), message.end(), [](char c) { return c >= ' ' && c <= '~'; }));
  }
  CHECK(fault("rate: 1", {"rate=" + std::string(5000, 'x') + ": ["}).size() < 1000);
}

}  // namespace trm
