#include "sweep/slots.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "core/error.h"
#include "core/printable.h"
#include "dist/launch.h"
#include "tensor/cuda_runtime.h"

namespace trm::sweep {
namespace {

constexpr const char* kVisible = "CUDA_VISIBLE_DEVICES";

std::vector<std::string> devices_for(const std::vector<const Member*>& members) {
  const bool all_cpu = std::all_of(members.begin(), members.end(), [](const auto* member) {
    return member->experiment.device == "cpu";
  });
  std::vector<std::string> devices;
  if (all_cpu || !cuda::available()) return devices;
  for (size_t i = 0; i < cuda::gpus().found.size(); ++i)
    devices.push_back(fmt::format("cuda:{}", i));
  return devices;
}

}  // namespace

std::vector<Slot> slots_of(std::optional<int64_t> jobs, std::vector<std::string> devices,
                           const std::vector<const Member*>& members) {
  for (const auto& device : devices) {
    if (device != "cpu" && !gpu_index(device))
      throw Error("--devices: no '" + printable(device) + "'; name cpu, or cuda:0, cuda:1, ...");
    choose_gpu(device, cuda::gpus(), 0);  // says what was found where it is not there
  }
  const bool named = !devices.empty();
  if (!named) devices = devices_for(members);
  const auto processors = dist::share_of_processors(dist::read_launch());
  const auto usual = devices.empty() ? processors : static_cast<int64_t>(devices.size());
  const auto most = std::max<int64_t>(1, static_cast<int64_t>(members.size()));
  const auto count = jobs.value_or(std::min(usual, most));
  std::vector<Slot> slots;
  for (int64_t i = 0; i < count; ++i) {
    slots.push_back(
        {.device = devices.empty() ? "" : devices[static_cast<size_t>(i) % devices.size()],
         .threads = std::max<int64_t>(1, processors / count),
         .named = named});
  }
  return slots;
}

std::string device_of(const Slot& slot, const Member& member) {
  const auto& own = member.experiment.device;
  return slot.named || own == "auto" || own == "cuda" ? slot.device : "";
}

std::vector<std::string> overrides_of(const Slot& slot, const Member& member) {
  std::vector<std::string> words;
  if (member.experiment.threads == 0) words.push_back(fmt::format("threads={}", slot.threads));
  if (const auto device = device_of(slot, member); !device.empty())
    words.push_back(fmt::format("device={}", gpu_index(device) ? "cuda" : "cpu"));
  return words;
}

Variables variables_of(const Slot& slot, const Member& member) {
  auto variables = own_variables();
  for (const char* name : dist::kRankVariables) variables.erase(name);
  const auto index = gpu_index(device_of(slot, member));
  if (!index) return variables;
  const auto number = static_cast<size_t>(*index);
  // Devices count among those that this process sees.
  std::vector<std::string> visible;
  std::istringstream list(variables[kVisible]);
  for (std::string name; std::getline(list, name, ',');) visible.push_back(name);
  variables[kVisible] = number < visible.size() ? visible[number] : std::to_string(number);
  return variables;
}

}  // namespace trm::sweep
