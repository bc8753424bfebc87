#pragma once

#include <memory>

#include "core/steady_file.h"
#include "data/token.h"
#include "format/npy.h"

namespace trm::data {

// The inputs or labels of a split [rows, cells], of any integer type. A small one is in memory, so
// that nothing that happens to the file changes a run; a larger one is read row by row.
class TokenArray {
 public:
  static constexpr size_t kMostInMemory = size_t{256} << 20;

  // Error where the array is not one of `cells` a row.
  TokenArray(const std::filesystem::path& path, int64_t cells, int64_t vocabulary,
             size_t most_in_memory = kMostInMemory);

  int64_t rows() const { return header_.shape[0]; }
  int64_t cells() const { return header_.shape[1]; }
  const FileStamp& stamp() const { return file_.stamp(); }
  // The tokens of a row into `out` [cells]; Error where one is not in the vocabulary, and where the
  // file that it is read from was changed since it was opened.
  void read(int64_t row, std::span<Token> out) const;

 private:
  SteadyFile file_;
  format::NpyHeader header_;
  int64_t vocabulary_;
  std::vector<std::byte> memory_;  // all numbers, or nothing
};

}  // namespace trm::data
