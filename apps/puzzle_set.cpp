#include "apps/puzzle_set.h"

#include <fmt/format.h>

#include "apps/app.h"
#include "core/error.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/version.h"

namespace trm::apps {

data::Provenance provenance_of(std::string task, std::string command) {
  return {std::move(task), "trm " + version().number, std::move(command), {}};
}

data::PackedSet empty_set(std::string task, std::string command) {
  data::PackedSet set;
  set.provenance = provenance_of(std::move(task), std::move(command));
  return set;
}

void add_source(data::PackedSet& set, const std::string& file) {
  set.provenance.sources.push_back({fs::path(file).filename().string(), sha256_file(file)});
}

void check_is_new(const std::string& out) { const NewFolder trial(out); }

void write_set(const std::string& out, const data::PackedSet& set) {
  data::write_packed(out, set);
  say(fmt::format("{}: {} puzzles to train, {} to test\nnext: trm-data inspect {}\n", out,
                  set.train.group_begin.size() - 1, set.test.group_begin.size() - 1, out));
}

}  // namespace trm::apps
