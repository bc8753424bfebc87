#include "fetch/fetch.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/hash.h"
#include "core/printable.h"
#include "fetch/download.h"
#include "fetch/web_address.h"
#include "format/json.h"

namespace trm::fetch {
namespace {

// What sources.json says of a file.
struct Source {
  std::string set, url, sha256;
  int64_t bytes = 0;
};
using Sources = std::map<std::string, Source>;

Sources read_sources(const fs::path& folder) {
  const auto path = folder / kSourcesFile;
  Sources sources;
  std::error_code code;
  if (!fs::exists(path, code)) return sources;
  const auto json = format::read_json(path);
  if (!json.is_object())
    throw Error(path.string() + ": no JSON object; remove it and the files beside it");
  for (const auto& [name, entry] : json.items()) {
    const auto where = path.string() + ": " + printable(name);
    sources[name] = {format::json_text(entry, "set", where), format::json_text(entry, "url", where),
                     format::json_text(entry, "sha256", where),
                     format::json_integer(entry, "bytes", where)};
  }
  return sources;
}

void write_sources(const fs::path& folder, const Sources& sources) {
  nlohmann::ordered_json json;
  for (const auto& [name, source] : sources) {
    json[name] = {{"set", source.set},
                  {"url", source.url},
                  {"bytes", source.bytes},
                  {"sha256", source.sha256}};
  }
  write_text(folder / kSourcesFile, json.dump(2) + "\n");
}

std::string base_of(const FetchRequest& request) {
  if (request.mirror.empty()) return std::string(request.set.base);
  const auto& mirror = request.mirror;
  const bool web = mirror.starts_with("https://") || mirror.starts_with("http://");
  if (!web || mirror.find_first_of("?#") != std::string::npos) {
    throw Error("--mirror: '" + printable(without_login(mirror), 200) +
                "' is no folder of the web; write https://HOST/FOLDER");
  }
  return mirror.ends_with('/') ? mirror : mirror + "/";
}

// Why the bytes cannot be that file; empty when they may.
std::string misbegun(const PublicFile& file, const fs::path& path) {
  const auto mapped = MappedFile::open(path);
  const auto bytes = mapped->bytes();
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const auto start = text.find_first_not_of(" \t\r\n");
  const auto begins = start == std::string_view::npos ? std::string_view() : text.substr(start);
  if (begins.starts_with(file.begins)) return "";
  if (begins.starts_with('<'))
    return "a web page came instead of the file, such as that of a login";
  return "it begins with '" + printable(begins.substr(0, 40)) + "', not with '" +
         std::string(file.begins) + "'";
}

class SetFolder {
 public:
  explicit SetFolder(const FetchRequest& request)
      : request_(request), base_(base_of(request)), sources_(read_sources(request.folder)) {}

  fs::path path_of(const PublicFile& file) const { return request_.folder / file.name; }
  bool has(const PublicFile& file) const {
    std::error_code code;
    return fs::exists(path_of(file), code);
  }
  // The size of a file that is there; Error when it is not what was fetched.
  int64_t verify(const PublicFile& file) const;
  // False when it was stopped.
  bool bring(const PublicFile& file, Progress& progress);

 private:
  const Source* known(const PublicFile& file) const;
  std::string expected_hash(const PublicFile& file) const;
  void check(const PublicFile& file, const std::string& url, PartialFile& partial,
             const std::string& hash) const;

  const FetchRequest& request_;
  std::string base_;
  Sources sources_;
};

const Source* SetFolder::known(const PublicFile& file) const {
  const auto found = sources_.find(std::string(file.name));
  if (found == sources_.end()) return nullptr;
  if (found->second.set != request_.set.name) {
    throw Error(path_of(file).string() + ": belongs to " + printable(found->second.set) +
                "; choose another folder for " + std::string(request_.set.name));
  }
  return &found->second;
}

std::string SetFolder::expected_hash(const PublicFile& file) const {
  const auto* source = known(file);
  return source && file.sha256.empty() ? source->sha256 : std::string(file.sha256);
}

int64_t SetFolder::verify(const PublicFile& file) const {
  const auto path = path_of(file);
  const auto hash = expected_hash(file);
  if (hash.empty()) {
    throw Error(path.string() + ": not from an earlier fetch; remove it or choose another folder");
  }
  if (sha256_file(path) != hash) {
    throw Error(path.string() +
                ": not as it was fetched, its SHA-256 is another; remove it and fetch again");
  }
  return static_cast<int64_t>(fs::file_size(path));
}

void SetFolder::check(const PublicFile& file, const std::string& url, PartialFile& partial,
                      const std::string& hash) const {
  auto wrong = misbegun(file, partial.path());
  const auto expected = expected_hash(file);
  if (wrong.empty() && !expected.empty() && hash != expected) {
    wrong =
        "its SHA-256 is " + hash + ", not " + expected + " as " +
        (file.sha256.empty() ? "in " + (request_.folder / kSourcesFile).string() : "published") +
        ": damaged on the way, or another version";
  }
  if (wrong.empty()) return;
  partial.discard();
  throw Error(url + ": " + wrong + "; try again, or name another copy with --mirror URL");
}

bool SetFolder::bring(const PublicFile& file, Progress& progress) {
  const auto* source = known(file);
  const auto url = base_ + std::string(file.name), shown = without_login(url);
  PartialFile partial(path_of(file));
  const Download what{.url = url,
                      .name = std::string(file.name),
                      .most_bytes = file.most_bytes,
                      .bytes = file.bytes || !source ? file.bytes : std::optional(source->bytes)};
  if (!download(what, partial, progress, request_.patience)) return false;
  progress.clear();
  const auto hash = sha256_file(partial.path());
  check(file, shown, partial, hash);
  // First the record: a file without one could not be told from somebody else's.
  sources_[std::string(file.name)] = {std::string(request_.set.name), shown, hash, partial.bytes()};
  write_sources(request_.folder, sources_);
  partial.commit();
  return true;
}

}  // namespace

const PublicSet& public_set(const std::string& name) {
  std::string known;
  for (const auto& set : kPublicSets) {
    if (set.name == name) return set;
    known += (known.empty() ? "" : ", ") + std::string(set.name);
  }
  throw Error("no public set '" + printable(name) + "'; known: " + known);
}

FetchResult fetch(const FetchRequest& request, Progress& progress) {
  FetchResult result;
  const auto verify_all = [&](const SetFolder& folder) {
    for (const auto& file : request.set.files) {
      if (folder.has(file))
        result.files.push_back({folder.path_of(file), folder.verify(file), false});
    }
    return result.files.size() == request.set.files.size();
  };
  if (verify_all(SetFolder(request))) return result;
  std::error_code code;
  fs::create_directories(request.folder, code);
  const FolderLock lock(request.folder, "choose another folder");
  // Another process may have fetched before the lock was had.
  SetFolder folder(request);
  for (const auto& file : request.set.files) {
    const auto path = folder.path_of(file);
    const bool verified = std::any_of(result.files.begin(), result.files.end(),
                                      [&](const auto& each) { return each.path == path; });
    if (verified) continue;
    const bool there = folder.has(file);
    if (!there && !folder.bring(file, progress)) {
      result.stopped = true;
      break;
    }
    result.files.push_back(
        {path, there ? folder.verify(file) : static_cast<int64_t>(fs::file_size(path)), !there});
  }
  return result;
}

}  // namespace trm::fetch
