#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/child_process.h"
#include "sweep/members.h"

namespace trm::sweep {

// A place for one run at a time: a share of the machine.
struct Slot {
  std::string device;   // "cpu", "cuda:1"; empty for what the config says
  int64_t threads = 1;  // of a run whose config names no number
  bool named = false;   // the device was asked for: it is every run's, whatever its config says
};

// The machine's processors and devices divided among runs. `jobs`: how many at once; by default one
// a device where there are any, else one a processor that this process may use, and no more than
// there are members. `devices`: those to use, in turn; by default all GPUs that a build for them
// sees, unless all members are for the processor. Error on a device that there cannot be.
std::vector<Slot> slots_of(std::optional<int64_t> jobs, std::vector<std::string> devices,
                           const std::vector<const Member*>& members);

// The slot's device where it is the member's to use: of one whose config names another there is
// none.
std::string device_of(const Slot& slot, const Member& member);

// What leads trm-train to a slot: key=value words, and its environment, in which it is no rank of
// whoever started this process.
std::vector<std::string> overrides_of(const Slot& slot, const Member& member);
Variables variables_of(const Slot& slot, const Member& member);

}  // namespace trm::sweep
