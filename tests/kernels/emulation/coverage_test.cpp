// A kernel without a case here fails a test of its own.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

#include "tests/catch.h"

namespace trm {
namespace {

namespace fs = std::filesystem;
using Names = std::set<std::string>;

// What the pattern's first group finds in the files of a folder, and below it.
Names found_in(const fs::path& folder, const std::regex& files, const std::regex& pattern) {
  Names names;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!std::regex_search(entry.path().string(), files)) continue;
    std::ifstream stream(entry.path());
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    for (std::sregex_iterator match(text.begin(), text.end(), pattern), end; match != end;
         ++match) {
      names.insert((*match)[1]);
    }
  }
  return names;
}

const fs::path root = TRM_SOURCE_DIR;

}  // namespace

TEST_CASE("every CUDA kernel has a case that runs it without a GPU", "[unit]") {
  const Names called = found_in(root / "tests/kernels/emulation", std::regex("_test[.]cpp$"),
                                std::regex("\\b(queue_(?!kernel)\\w+)"));
  const Names declared = found_in(root / "lib", std::regex("/gpu/.*[.](h|cu)$"),
                                  std::regex("\\bvoid (queue_(?!kernel)\\w+)\\("));
  CHECK(declared.contains("queue_gate"));
  CHECK(declared == called);
}

TEST_CASE("every CUDA kernel is launched where the emulation can run it", "[unit]") {
  const std::regex cuda("[.](cu|cuh)$");
  CHECK(found_in(root / "lib", cuda, std::regex("(<<<[^>]|cudaLaunchKernel\\w*\\((?!&launch))")) ==
        Names{});
  // A source of CUDA in another folder is not in this program.
  CHECK(found_in(root / "lib", std::regex("lib/(?!kernels/gpu/).*[.]cu$"),
                 std::regex("(__global__)")) == Names{});
  // A kernel that is compiled is launched by some queue_ function.
  const auto declared = found_in(root / "lib", cuda, std::regex("__global__ void (\\w+)\\("));
  const auto text_of_launches =
      found_in(root / "lib", cuda, std::regex("(?:kernel = |queue_kernel\\()([^;]*);"));
  for (const auto& name : declared) {
    const std::regex word("\\b" + name + "\\b");
    CAPTURE(name);
    CHECK(std::any_of(text_of_launches.begin(), text_of_launches.end(),
                      [&](const auto& text) { return std::regex_search(text, word); }));
  }
}

}  // namespace trm
