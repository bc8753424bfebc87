#include "format/csv.h"

#include <algorithm>

#include "core/error.h"

namespace trm::format {
namespace {

constexpr size_t kMostBytes = 1 << 20;

char separator_of(const std::string& line) {
  char best = ',';
  std::ptrdiff_t most = 0;
  for (const char candidate : {',', ';', '\t'}) {
    bool quoted = false;
    const auto count = std::count_if(line.begin(), line.end(), [&](char c) {
      quoted ^= c == '"';
      return !quoted && c == candidate;
    });
    if (count > most) best = candidate;
    most = std::max(most, count);
  }
  return best;
}

// Adds a line to the fields of its row; whether it ends within quotes, as it began if `quoted`.
bool split(const std::string& line, char separator, bool quoted, std::vector<std::string>& fields) {
  bool begins = !quoted;  // a field does
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quoted) {
      if (c != '"') {
        fields.back() += c;
      } else if (i + 1 < line.size() && line[i + 1] == '"') {
        fields.back() += line[++i];
      } else {
        quoted = false;
      }
    } else if (c == separator) {
      fields.emplace_back();
      begins = true;
    } else {
      if (c == '"' && begins) {
        quoted = true;
      } else {
        fields.back() += c;
      }
      begins = false;
    }
  }
  return quoted;
}

}  // namespace

CsvReader::CsvReader(const std::filesystem::path& path, Comments comments)
    : lines_(path, kMostBytes, "a CSV file"), comments_(comments) {}

std::optional<std::vector<std::string>> CsvReader::next() {
  std::optional<std::string> line;
  do {
    line = lines_.next();
    if (!line) return std::nullopt;
  } while (line->empty() || (comments_ == Comments::kHash && line->starts_with('#')));
  line_ = lines_.line();
  if (separator_ == 0) separator_ = separator_of(*line);

  std::vector<std::string> fields(1);
  size_t bytes = line->size();
  bool quoted = split(*line, separator_, false, fields);
  while (quoted) {
    line = lines_.next();
    if (!line) throw Error(where() + ": a quote is not closed");
    bytes += line->size() + 1;
    if (bytes > kMostBytes) throw Error(where() + ": a quote is not closed within 1 MiB");
    fields.back() += '\n';
    quoted = split(*line, separator_, true, fields);
  }
  return fields;
}

}  // namespace trm::format
