#include "tests/kernels/emulation/shared_memory.h"

#include <elf.h>
#include <link.h>
#include <sys/auxv.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace trm::emulation {
namespace {

constexpr std::byte kPoison{0xFF};
constexpr std::string_view kStaticOfKernels = "_ZZN3trm7kernels3gpu";  // mangled

template <class T>
T value_at(const std::string& file, size_t offset) {
  T value;
  if (offset + sizeof(T) > file.size()) throw std::logic_error("/proc/self/exe: cut short");
  std::memcpy(&value, file.data() + offset, sizeof(T));
  return value;
}

std::vector<std::span<std::byte>> find_arrays() {
  std::ifstream stream("/proc/self/exe", std::ios::binary);
  const std::string file{std::istreambuf_iterator<char>(stream), {}};
  const auto header = value_at<ElfW(Ehdr)>(file, 0);
  const auto section = [&](size_t i) {
    return value_at<ElfW(Shdr)>(file, header.e_shoff + i * sizeof(ElfW(Shdr)));
  };
  const size_t moved_by = getauxval(AT_ENTRY) - header.e_entry;
  std::vector<std::span<std::byte>> arrays;
  for (size_t s = 0; s < header.e_shnum; ++s) {
    const auto table = section(s);
    if (table.sh_type != SHT_SYMTAB) continue;
    const size_t names = section(table.sh_link).sh_offset;
    for (size_t at = 0; at < table.sh_size; at += sizeof(ElfW(Sym))) {
      const auto symbol = value_at<ElfW(Sym)>(file, table.sh_offset + at);
      if (!std::string_view(file.data() + names + symbol.st_name).starts_with(kStaticOfKernels) ||
          symbol.st_shndx >= header.e_shnum || section(symbol.st_shndx).sh_type != SHT_NOBITS) {
        continue;  // other names, and constants
      }
      arrays.emplace_back(reinterpret_cast<std::byte*>(moved_by + symbol.st_value), symbol.st_size);
    }
  }
  if (arrays.empty()) throw std::logic_error("/proc/self/exe: no symbols of shared memory");
  return arrays;
}

const std::vector<std::span<std::byte>>& arrays() {
  static const auto found = find_arrays();
  return found;
}

}  // namespace

void poison_shared_memory() {
  for (const auto array : arrays()) std::fill(array.begin(), array.end(), kPoison);
}

size_t written_shared_bytes() {
  size_t bytes = 0;
  for (const auto array : arrays()) {
    const bool written =
        std::any_of(array.begin(), array.end(), [](std::byte b) { return b != kPoison; });
    if (written) bytes += array.size();
  }
  return bytes;
}

}  // namespace trm::emulation
