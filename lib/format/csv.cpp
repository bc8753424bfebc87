#include "format/csv.h"

#include "core/error.h"

namespace trm::format {

CsvReader::CsvReader(const std::filesystem::path& path) : name_(path.string()) {
  std::error_code code;
  const auto status = std::filesystem::status(path, code);
  if (!std::filesystem::exists(status)) throw Error(name_ + ": no such file");
  if (!std::filesystem::is_regular_file(status)) throw Error(name_ + ": not a regular file");
  file_ = gzopen(path.c_str(), "rb");
  if (file_ == nullptr) throw Error(name_ + ": cannot read; check its permissions");
  gzbuffer(file_, 1 << 17);
}

CsvReader::~CsvReader() {
  if (file_ != nullptr) gzclose(file_);
}

std::string CsvReader::where() const { return name_ + ": line " + std::to_string(line_); }

std::optional<std::string> CsvReader::next_line() {
  constexpr size_t kMostBytes = 1 << 20;
  std::string line;
  ++line_;
  while (true) {
    const int c = gzgetc(file_);
    if (c < 0) {
      int code = Z_OK;
      const char* text = gzerror(file_, &code);
      if (code != Z_OK && code != Z_STREAM_END) {
        throw Error(where() + ": damaged archive: " + text + "; fetch it again");
      }
      if (line.empty()) return std::nullopt;
      break;
    }
    if (c == '\n') break;
    line += static_cast<char>(c);
    if (line.size() > kMostBytes) throw Error(where() + ": longer than 1 MiB; is it a CSV file?");
  }
  if (!line.empty() && line.back() == '\r') line.pop_back();
  if (line_ == 1 && line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);  // spreadsheets mark UTF-8
  return line;
}

std::optional<std::vector<std::string>> CsvReader::next() {
  std::optional<std::string> line;
  do {
    line = next_line();
    if (!line) return std::nullopt;
  } while (line->empty());

  std::vector<std::string> fields(1);
  bool quoted = false;
  for (size_t i = 0; i < line->size(); ++i) {
    const char c = (*line)[i];
    if (quoted && c == '"' && i + 1 < line->size() && (*line)[i + 1] == '"') {
      fields.back() += '"';
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  if (quoted) throw Error(where() + ": a quote is not closed");
  return fields;
}

}  // namespace trm::format
