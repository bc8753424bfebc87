#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "sweep/members.h"

namespace trm::sweep {

// How one run stands.
struct MemberStatus {
  const Member* member;
  // "waiting", "running", "done", "failed"; "stopped" in between, as by Ctrl-C or with its process
  // killed; "dropped" by halving; "changed" where it was begun with another config than the study
  // has now.
  std::string state;
  std::string why;  // it failed, or what changed
  int64_t step = 0;
  std::optional<int64_t> steps = {};  // in all, where that is known
  std::optional<double> loss = {}, rate = {};
  double seconds = 0;                         // of computing
  std::optional<double> operations = {};      // of the whole run, FLOP
  std::map<std::string, double> scores = {};  // of its last evaluations: "test/exact_accuracy"
};

// `dropped`: why halving dropped its row, or empty.
MemberStatus status_of(const Member& member, const std::string& dropped);
std::vector<MemberStatus> status_of(const Study& study);

// Whether anything of it may still change.
bool goes_on(const std::vector<MemberStatus>& statuses);

std::string status_text(const std::vector<MemberStatus>& statuses);
nlohmann::ordered_json status_json(const std::vector<MemberStatus>& statuses);

}  // namespace trm::sweep
