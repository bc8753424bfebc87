#include "run/checkpoint.h"

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/file.h"
#include "core/hash.h"
#include "format/json.h"

namespace trm::run {
namespace {

using nlohmann::ordered_json;

constexpr const char* kManifestFile = "manifest.json";

std::string file_of(const std::string& part) { return part + ".safetensors"; }

[[noreturn]] void damaged(const fs::path& file, const std::string& what) {
  throw Error(file.string() + ": " + what + "; use another checkpoint of the run");
}

void verify(const fs::path& folder, const nlohmann::json& files, const std::string& where) {
  if (!files.is_object()) throw Error(where + ": \"files\" is not an object");
  for (const auto& [name, entry] : files.items()) {
    if (name.find('/') != std::string::npos) throw Error(where + ": a file outside the folder");
    const auto path = folder / name;
    if (!fs::is_regular_file(path)) damaged(path, "missing in the checkpoint");
    const auto bytes = format::json_integer(entry, "bytes", where);
    const auto there = static_cast<int64_t>(fs::file_size(path));
    if (there != bytes) {
      damaged(path, std::to_string(there) + " bytes where the manifest says " +
                        std::to_string(bytes) + (there < bytes ? " (truncated)" : ""));
    }
    if (sha256_file(path) != format::json_text(entry, "sha256", where)) {
      damaged(path, "not the bytes that were saved (its hash differs)");
    }
  }
}

}  // namespace

bool is_checkpoint(const fs::path& folder) { return fs::is_regular_file(folder / kManifestFile); }

void save_checkpoint(const fs::path& folder, const Manifest& manifest,
                     const std::string& config_yaml, const std::vector<Part>& parts) {
  NewFolder target(folder, /*replace=*/true);
  write_text(target.path() / "config.yaml", config_yaml);
  for (const auto& [name, tensors] : parts) {
    if (!tensors.tensors.empty()) save_archive(target.path() / file_of(name), tensors);
  }
  auto files = ordered_json::object();
  for (const auto& entry : fs::directory_iterator(target.path())) {
    files[entry.path().filename().string()] = {{"bytes", entry.file_size()},
                                               {"sha256", sha256_file(entry.path())}};
  }
  const ordered_json json = {{"format", manifest.format},
                             {"step", manifest.step},
                             {"log_bytes", manifest.log_bytes},
                             {"made_by", manifest.made_by},
                             {"data_hash", manifest.data_hash},
                             {"test_hash", manifest.test_hash},
                             {"spec", manifest.spec},
                             {"files", files}};
  write_text(target.path() / kManifestFile, json.dump(1) + "\n");
  target.commit();
}

Checkpoint::Checkpoint(const fs::path& folder) : folder_(folder) {
  const auto path = folder / kManifestFile;
  const auto where = path.string();
  if (!fs::is_directory(folder)) throw Error(folder.string() + ": no such checkpoint");
  if (!fs::exists(path)) damaged(path, "missing, so that this is no checkpoint or a damaged one");
  const auto json = format::read_json(path);
  manifest_.format = format::json_integer(json, "format", where);
  if (manifest_.format != kFormat) {
    throw Error(where + ": format " + std::to_string(manifest_.format) +
                " where this program reads " + std::to_string(kFormat) +
                "; use the program that made it");
  }
  manifest_.step = format::json_integer(json, "step", where);
  manifest_.log_bytes = format::json_integer(json, "log_bytes", where);
  manifest_.made_by = format::json_text(json, "made_by", where);
  manifest_.data_hash = format::json_text(json, "data_hash", where);
  if (json.contains("test_hash")) {
    manifest_.test_hash = format::json_text(json, "test_hash", where);
  }
  if (!json.contains("spec") || !json.contains("files")) damaged(path, "not a whole manifest");
  for (const char* key : {"cells", "vocabulary", "puzzles"}) {
    manifest_.spec[key] = format::json_integer(json["spec"], key, where);
  }
  verify(folder, json["files"], where);
}

bool Checkpoint::has(const std::string& part) const { return fs::exists(folder_ / file_of(part)); }

Archive Checkpoint::load(const std::string& part) const {
  if (!has(part)) return {};
  return load_archive(folder_ / file_of(part));
}

}  // namespace trm::run
