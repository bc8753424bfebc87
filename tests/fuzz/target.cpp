// A libFuzzer program of the subject whose header is TRM_SUBJECT_HEADER; README.md says how to run
// one. A corpus folder that is empty gets the subject's seeds.

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "core/error.h"
#include "tests/fuzz/mutator.h"
#include TRM_SUBJECT_HEADER

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t most);

namespace {

const trm::Subject& subject() {
  static const auto made = trm::TRM_SUBJECT();
  return made;
}

void fill_corpus(const std::filesystem::path& folder) {
  if (!std::filesystem::is_directory(folder) || !std::filesystem::is_empty(folder)) return;
  for (size_t i = 0; i < subject().seeds.size(); ++i) {
    std::ofstream(folder / ("seed_" + std::to_string(i)), std::ios::binary) << subject().seeds[i];
  }
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  for (int i = 1; i < *argc; ++i) {
    if ((*argv)[i][0] != '-') fill_corpus((*argv)[i]);
  }
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    subject().read({reinterpret_cast<const char*>(data), size});
  } catch (const trm::Error& error) {
    if (trm::presentable(error.what())) return 0;
    std::fprintf(stderr, "an Error that is not one short line of text: %s\n", error.what());
    std::abort();
  }
  return 0;
}

// Half of the changes are libFuzzer's own, half those of the ordinary tests, which know the words.
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t most, unsigned seed) {
  if (seed % 2 == 0) return LLVMFuzzerMutate(data, size, most);
  std::string bytes(reinterpret_cast<const char*>(data), size);
  trm::Mutator(subject(), seed).change(bytes);
  if (bytes.empty()) bytes = " ";
  size = std::min(bytes.size(), most);
  std::memcpy(data, bytes.data(), size);
  return size;
}
