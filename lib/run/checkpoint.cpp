#include "run/checkpoint.h"

#include <fcntl.h>

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>

#include "core/descriptor.h"
#include "core/error.h"
#include "core/file.h"
#include "core/hash.h"
#include "format/json.h"
#include "tensor/values.h"

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

// Reads from here on come from the disk, not from what the system remembers.
void forget_cached(const fs::path& path) {
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.value >= 0) ::posix_fadvise(file.value, 0, 0, POSIX_FADV_DONTNEED);
}

bool same_bytes(const torch::Tensor& a, const torch::Tensor& b) {
  const auto left = a.detach().to(at::kCPU).contiguous(), right = b.contiguous();
  return left.scalar_type() == right.scalar_type() && left.sizes() == right.sizes() &&
         std::ranges::equal(bytes_of(left), bytes_of(right));
}

void read_back(const fs::path& folder, const std::vector<Part>& parts) {
  for (const auto& entry : fs::directory_iterator(folder)) forget_cached(entry.path());
  const Checkpoint there(folder);
  for (const auto& [name, tensors] : parts) {
    const auto stored = there.load(name);
    for (const auto& [tensor, value] : tensors.tensors) {
      if (!same_bytes(value, stored.at(tensor))) {
        throw Error((folder / file_of(name)).string() + ": " + tensor +
                    " reads back differently than it was written; the disk cannot be trusted, "
                    "use another");
      }
    }
  }
}

ordered_json json_of(const Manifest& manifest, const ordered_json& files) {
  ordered_json json = {{"format", manifest.format},       {"step", manifest.step},
                       {"log_bytes", manifest.log_bytes}, {"event_bytes", manifest.event_bytes},
                       {"made_by", manifest.made_by},     {"data_hash", manifest.data_hash},
                       {"test_hash", manifest.test_hash}, {"spec", manifest.spec}};
  if (manifest.compute_seconds) json["compute_seconds"] = *manifest.compute_seconds;
  if (manifest.evaluates) json["evaluation"] = nullptr;
  json["files"] = files;
  return json;
}

void read_manifest(const nlohmann::json& json, const fs::path& path, Manifest& manifest) {
  const auto where = path.string();
  manifest.format = format::json_integer(json, "format", where);
  if (manifest.format != kFormat) {
    throw Error(where + ": format " + std::to_string(manifest.format) +
                " where this program reads " + std::to_string(kFormat) +
                "; use the program that made it");
  }
  manifest.step = format::json_integer(json, "step", where);
  manifest.log_bytes = format::json_integer(json, "log_bytes", where);
  if (json.contains("event_bytes"))
    manifest.event_bytes = format::json_integer(json, "event_bytes", where);
  if (json.contains("compute_seconds"))
    manifest.compute_seconds = format::json_number(json, "compute_seconds", where);
  manifest.made_by = format::json_text(json, "made_by", where);
  manifest.data_hash = format::json_text(json, "data_hash", where);
  if (json.contains("test_hash")) {
    manifest.test_hash = format::json_text(json, "test_hash", where);
  }
  if (!json.contains("spec") || !json.contains("files")) damaged(path, "not a whole manifest");
  for (const char* key : {"cells", "vocabulary", "puzzles"}) {
    manifest.spec[key] = format::json_integer(json["spec"], key, where);
  }
  if (!json.contains("evaluation")) return;
  manifest.evaluates = json["evaluation"].is_null();
  if (!manifest.evaluates) manifest.evaluation = format::json_text(json, "evaluation", where);
}

}  // namespace

bool is_checkpoint(const fs::path& folder) {
  std::error_code code;  // what cannot be looked at is none
  return fs::is_regular_file(folder / kManifestFile, code);
}

fs::path set_aside(const fs::path& folder) {
  std::error_code code;
  auto aside = folder;
  aside += ".damaged";
  for (int i = 2; fs::exists(fs::symlink_status(aside, code)); ++i) {
    aside = folder;
    aside += ".damaged-" + std::to_string(i);
  }
  fs::rename(folder, aside, code);
  if (code) cannot_write(aside, code.value());
  return aside;
}

void save_checkpoint(const fs::path& folder, const Manifest& manifest,
                     const std::string& config_yaml, const std::vector<Part>& parts) {
  if (fs::exists(fs::symlink_status(folder))) set_aside(folder);
  NewFolder target(folder);
  write_text(target.path() / "config.yaml", config_yaml);
  for (const auto& [name, tensors] : parts) {
    if (!tensors.tensors.empty()) save_archive(target.path() / file_of(name), tensors);
  }
  auto files = ordered_json::object();
  for (const auto& entry : fs::directory_iterator(target.path())) {
    files[entry.path().filename().string()] = {{"bytes", entry.file_size()},
                                               {"sha256", sha256_file(entry.path())}};
  }
  write_text(target.path() / kManifestFile, json_of(manifest, files).dump(1) + "\n");
  target.commit();
  read_back(folder, parts);
}

void note_evaluation(const fs::path& folder, const std::string& line, int64_t log_bytes,
                     int64_t event_bytes) {
  const auto path = folder / kManifestFile;
  auto json = format::parse_ordered_json(read_text(path), path.string());
  json["log_bytes"] = log_bytes;
  json["event_bytes"] = event_bytes;
  json["evaluation"] = line;
  write_text(path, json.dump(1) + "\n");
}

Checkpoint::Checkpoint(const fs::path& folder) try : folder_(folder) {
  const auto path = folder / kManifestFile;
  if (!fs::is_directory(folder)) throw Error(folder.string() + ": no such checkpoint");
  if (!fs::exists(path)) damaged(path, "missing, so that this is no checkpoint or a damaged one");
  const auto json = format::read_json(path);
  read_manifest(json, path, manifest_);
  verify(folder, json["files"], path.string());
} catch (const fs::filesystem_error& error) {
  throw Error(folder.string() + ": cannot read: " + error.code().message() +
              "; check its permissions, or use another checkpoint of the run");
}

bool Checkpoint::has(const std::string& part) const { return fs::exists(folder_ / file_of(part)); }

Archive Checkpoint::load(const std::string& part) const {
  if (!has(part)) return {};
  return load_archive(folder_ / file_of(part));
}

}  // namespace trm::run
