#include "sweep/clean.h"

#include <memory>

#include "sweep/member_notes.h"

namespace trm::sweep {
namespace {

double bytes_of(const fs::path& folder) {
  double bytes = 0;
  std::error_code code;
  for (const auto& entry : fs::recursive_directory_iterator(folder, code)) {
    if (entry.is_regular_file(code) && !entry.is_symlink(code))
      bytes += static_cast<double>(entry.file_size(code));
  }
  return bytes;
}

// Of a run that another began the study may have a folder with a lock and no more.
bool has_run(const Member& member) { return read_notes(member) && fs::is_directory(member.folder); }

}  // namespace

Belongings belongings_of(const Study& study) {
  Belongings belongings;
  for (const auto& member : study.members) {
    if (fs::is_directory(member.notes)) belongings.notes.push_back(member.notes);
    if (has_run(member)) belongings.runs.push_back(member.folder);
  }
  for (const auto& folder : belongings.runs) belongings.bytes += bytes_of(folder);
  for (const auto& folder : belongings.notes) belongings.bytes += bytes_of(folder);
  return belongings;
}

void remove_belongings(const Study& study) {
  std::vector<std::unique_ptr<FolderLock>> locks;
  for (const auto& member : study.members) {
    if (!fs::is_directory(member.notes)) continue;
    locks.push_back(take(member));
    if (!locks.back())
      throw Error(member.folder.string() + ": goes on; stop it before, or wait for it");
    // One that was started by hand has no other lock.
    if (has_run(member)) locks.push_back(std::make_unique<FolderLock>(member.folder, "stop it"));
  }
  for (const auto& member : study.members) {
    if (has_run(member)) remove_folder(member.folder);
    if (fs::is_directory(member.notes)) remove_folder(member.notes);
  }
  const fs::path runs = study.definition.runs;
  if (const auto decided = runs / "sweep" / "halving"; fs::is_directory(decided))
    remove_folder(decided);
  for (const auto& folder : {runs / "sweep", runs}) {
    std::error_code code;  // not empty: something else is there
    fs::remove(folder, code);
  }
}

}  // namespace trm::sweep
