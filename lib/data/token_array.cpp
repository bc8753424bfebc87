#include "data/token_array.h"

#include <stdexcept>

#include "core/error.h"
#include "data/inconsistent.h"

namespace trm::data {

TokenArray::TokenArray(const fs::path& path, int64_t cells, int64_t vocabulary,
                       size_t most_in_memory)
    : file_(path), header_(format::read_npy_header(file_)), vocabulary_(vocabulary) {
  if (!format::is_integer(header_.dtype)) inconsistent(path, "tokens that are not whole numbers");
  if (header_.shape.size() != 2 || header_.shape[1] != cells) {
    inconsistent(path,
                 "rows that do not have the " + std::to_string(cells) + " cells of dataset.json");
  }
  const size_t bytes = file_.bytes() - header_.offset;
  if (bytes > most_in_memory) return;
  memory_.resize(bytes);
  file_.read(header_.offset, memory_);
}

void TokenArray::read(int64_t row, std::span<Token> out) const {
  if (static_cast<int64_t>(out.size()) != cells())
    throw std::logic_error("token array: room for another number of cells");
  const size_t width = format::info_of(header_.dtype).bytes, bytes = width * out.size();
  const size_t begin = static_cast<size_t>(row) * bytes;
  std::vector<std::byte> read;
  if (memory_.empty()) {
    read.resize(bytes);
    file_.read(header_.offset + begin, read);
  }
  const auto* from = memory_.empty() ? read.data() : memory_.data() + begin;
  for (size_t i = 0; i < out.size(); ++i) {
    const int64_t token = format::integer_at(header_.dtype, from + i * width);
    if (token < 0 || token >= vocabulary_) {
      inconsistent(stamp().path, "example " + std::to_string(row) + ", cell " + std::to_string(i) +
                                     ": token " + std::to_string(token) + " in a vocabulary of " +
                                     std::to_string(vocabulary_));
    }
    out[i] = static_cast<Token>(token);
  }
}

}  // namespace trm::data
