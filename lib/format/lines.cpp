#include "format/lines.h"

#include <algorithm>

#include "core/error.h"

namespace trm::format {

LineReader::LineReader(const std::filesystem::path& path, size_t most_bytes, std::string kind)
    : name_(path.string()), kind_(std::move(kind)), most_bytes_(most_bytes), file_(path) {}

std::string LineReader::where(int64_t line) const {
  return name_ + ": line " + std::to_string(line);
}

bool LineReader::fill() {
  buffer_.resize(size_t{1} << 16);
  begin_ = 0;
  buffer_.resize(file_.read(buffer_, where()));
  return !buffer_.empty();
}

std::optional<std::string> LineReader::next() {
  std::string line;
  ++line_;
  while (true) {
    if (begin_ == buffer_.size() && !fill()) {
      if (line.empty()) return std::nullopt;
      break;
    }
    const size_t end = std::min(buffer_.find('\n', begin_), buffer_.size());
    line.append(buffer_, begin_, end - begin_);
    if (line.size() > most_bytes_) {
      throw Error(where() + ": longer than " + std::to_string(most_bytes_ >> 20) + " MiB; is it " +
                  kind_ + "?");
    }
    begin_ = std::min(end + 1, buffer_.size());
    if (end < buffer_.size()) break;
  }
  if (!line.empty() && line.back() == '\r') line.pop_back();
  if (line_ == 1 && line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
  return line;
}

}  // namespace trm::format
