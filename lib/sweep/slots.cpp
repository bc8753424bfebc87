#include "sweep/slots.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <sstream>

#include "core/error.h"
#include "core/printable.h"
#include "dist/launch.h"
#include "tensor/cuda_runtime.h"

namespace trm::sweep {
namespace {

constexpr std::string_view kCuda = "cuda:";
constexpr const char* kVisible = "CUDA_VISIBLE_DEVICES";

// The number of "cuda:3"; nothing of another text.
std::optional<size_t> number_of(const std::string& device) {
  if (!device.starts_with(kCuda)) return std::nullopt;
  size_t number = 0;
  const auto* end = device.data() + device.size();
  const auto read = std::from_chars(device.data() + kCuda.size(), end, number);
  if (read.ec != std::errc() || read.ptr != end || number > 1023) return std::nullopt;
  return number;
}

std::vector<std::string> devices_for(const std::vector<const Member*>& members) {
  const bool all_cpu = std::all_of(members.begin(), members.end(), [](const auto* member) {
    return member->experiment.device == "cpu";
  });
  std::vector<std::string> devices;
  if (all_cpu || !cuda::available()) return devices;
  for (size_t i = 0; i < cuda::gpus().found.size(); ++i)
    devices.push_back(fmt::format("{}{}", kCuda, i));
  return devices;
}

}  // namespace

std::vector<Slot> slots_of(std::optional<int64_t> jobs, std::vector<std::string> devices,
                           const std::vector<const Member*>& members) {
  for (const auto& device : devices) {
    if (device != "cpu" && !number_of(device))
      throw Error("--devices: no '" + printable(device) + "'; name cpu, or cuda:0, cuda:1, ...");
    if (device != "cpu" && !cuda::available())
      throw Error("--devices: no CUDA device is visible to this program; name cpu");
  }
  if (devices.empty()) devices = devices_for(members);
  const auto processors = dist::share_of_processors(dist::read_launch());
  const auto usual = devices.empty() ? processors : static_cast<int64_t>(devices.size());
  const auto most = std::max<int64_t>(1, static_cast<int64_t>(members.size()));
  const auto count = jobs.value_or(std::min(usual, most));
  std::vector<Slot> slots;
  for (int64_t i = 0; i < count; ++i) {
    slots.push_back(
        {.device = devices.empty() ? "" : devices[static_cast<size_t>(i) % devices.size()],
         .threads = std::max<int64_t>(1, processors / count)});
  }
  return slots;
}

std::vector<std::string> overrides_of(const Slot& slot, const Member& member) {
  std::vector<std::string> words;
  if (member.experiment.threads == 0) words.push_back(fmt::format("threads={}", slot.threads));
  if (!slot.device.empty())
    words.push_back(fmt::format("device={}", number_of(slot.device) ? "cuda" : "cpu"));
  return words;
}

Variables variables_of(const Slot& slot) {
  auto variables = own_variables();
  for (const char* name : dist::kRankVariables) variables.erase(name);
  const auto number = number_of(slot.device);
  if (!number) return variables;
  // Devices count among those that this process sees.
  std::vector<std::string> visible;
  std::istringstream list(variables[kVisible]);
  for (std::string name; std::getline(list, name, ',');) visible.push_back(name);
  variables[kVisible] = *number < visible.size() ? visible[*number] : std::to_string(*number);
  return variables;
}

}  // namespace trm::sweep
