#include <set>
#include <string>

#include "core/file.h"
#include "tests/catch.h"
#include "tests/scratch_folder.h"

namespace trm {
namespace {

using Names = std::set<std::string>;

Names names_in(const fs::path& folder) {
  Names names;
  for (const auto& entry : fs::directory_iterator(folder)) names.insert(entry.path().filename());
  return names;
}

}  // namespace

TEST_CASE("a partial file keeps what has come, and its note, until it is whole", "[unit]") {
  const ScratchFolder folder;
  const auto append = [](PartialFile& file, const std::string& text) {
    file.append(std::as_bytes(std::span(text)));
  };
  {
    PartialFile file(folder / "a");
    file.restart("first");
    append(file, "one ");
  }
  CHECK(names_in(folder.path()) == Names{"a.partial", "a.partial.note"});
  {
    PartialFile file(folder / "a");
    CHECK(file.bytes() == 4);
    CHECK(file.note() == "first");
    append(file, "two");
    CHECK(read_text(file.path()) == "one two");
    file.restart("second");
    CHECK(file.bytes() == 0);
    CHECK(file.note() == "second");
    append(file, "three");
    file.commit();
  }
  CHECK(names_in(folder.path()) == Names{"a"});
  CHECK(read_text(folder / "a") == "three");
  {
    PartialFile file(folder / "b");
    CHECK(file.note().empty());
    append(file, "x");
    file.discard();
  }
  CHECK(names_in(folder.path()) == Names{"a"});
  CHECK(
      contains(error_of([&] { PartialFile file(folder / "no/c"); }), "No such file or directory"));
}

}  // namespace trm
