#include "sweep/member_notes.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/printable.h"
#include "format/json.h"

namespace trm::sweep {
namespace {

using nlohmann::json;

constexpr size_t kMostNotes = 1 << 20;
constexpr size_t kMostLine = 300;

std::string text_in(const json& object, const char* key) {
  const auto value = object.find(key);
  return value != object.end() && value->is_string() ? printable(value->get<std::string>(), 1000)
                                                     : "";
}

}  // namespace

std::optional<Notes> read_notes(const Member& member) {
  const auto file = member.notes / "notes.json";
  if (!fs::exists(file)) return std::nullopt;
  try {
    const auto object = format::parse_json(read_text(file, kMostNotes), file.string());
    if (!object.is_object()) return std::nullopt;
    Notes notes{.state = text_in(object, "state"),
                .attempt = text_in(object, "attempt"),
                .why = text_in(object, "why"),
                .last_lines = {}};
    if (const auto lines = object.find("last_lines"); lines != object.end() && lines->is_array()) {
      for (const auto& line : *lines) {
        if (line.is_string()) notes.last_lines.push_back(printable(line.get<std::string>(), 300));
      }
    }
    notes.steps = format::json_integer(object, "steps", file.string());
    notes.operations = format::json_number(object, "operations", file.string());
    return notes;
  } catch (const Error&) {
    return std::nullopt;
  }
}

void write_notes(const Member& member, const Notes& notes) {
  const nlohmann::ordered_json object = {
      {"state", notes.state}, {"attempt", notes.attempt},       {"why", notes.why},
      {"steps", notes.steps}, {"operations", notes.operations}, {"last_lines", notes.last_lines}};
  write_text(member.notes / "notes.json",
             object.dump(1, ' ', false, json::error_handler_t::replace) + "\n");
}

std::unique_ptr<FolderLock> take(const Member& member) {
  std::error_code code;
  fs::create_directories(member.notes, code);
  if (code)
    throw Error(member.notes.string() + ": cannot create: " + code.message() +
                "; choose a folder that can be written with `runs`");
  return FolderLock::if_free(member.notes);
}

bool is_taken(const Member& member) { return FolderLock::is_held(member.notes); }

std::vector<std::string> last_lines(const fs::path& path, size_t most) {
  constexpr std::streamoff kTail = 16384;
  std::ifstream file(path, std::ios::binary);
  file.seekg(0, std::ios::end);
  const auto size = static_cast<std::streamoff>(file.tellg());
  if (!file || size <= 0) return {};
  file.seekg(std::max<std::streamoff>(0, size - kTail));
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty()) lines.push_back(printable(line, kMostLine));
  }
  if (lines.size() > most) lines.erase(lines.begin(), lines.end() - static_cast<ptrdiff_t>(most));
  return lines;
}

}  // namespace trm::sweep
