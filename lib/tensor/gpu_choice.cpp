#include "tensor/gpu_choice.h"

#include <fmt/format.h>

#include <charconv>

#include "core/error.h"

namespace trm {
namespace {

// Of the first with products of bfloat16 numbers, for which the kernels are compiled.
constexpr int kLeastMajor = 8;

std::string all_described(const Gpus& gpus) {
  std::string text;
  for (size_t i = 0; i < gpus.found.size(); ++i)
    text += (i > 0 ? ", " : "") + described(gpus, static_cast<int>(i));
  return text;
}

bool can_compute(const Gpu& gpu) { return gpu.major >= kLeastMajor; }

[[noreturn]] void refuse_old(const std::string& which) {
  throw Error(
      fmt::format("device: found {}; compute capability {}.0 is needed (an A100, an RTX 30, or "
                  "newer); use device=cpu",
                  which, kLeastMajor));
}

// The error where no GPU is to be had, or nothing where `auto` takes the CPU then.
void refuse_none(const std::string& device, const Gpus& gpus) {
  if (device == "auto") return;
  if (!gpus.built) {
    throw Error(
        "device: this program was built without CUDA; use device=cpu, or build with -DTRM_CUDA=ON");
  }
  throw Error(fmt::format("device: no GPU found ({}); use device=cpu", gpus.fault));
}

}  // namespace

std::optional<int> gpu_index(std::string_view device) {
  constexpr std::string_view kNamed = "cuda:";
  if (!device.starts_with(kNamed)) return std::nullopt;
  device.remove_prefix(kNamed.size());
  int index = 0;
  const auto read = std::from_chars(device.data(), device.data() + device.size(), index);
  if (read.ec != std::errc() || read.ptr != device.data() + device.size() || index < 0)
    return std::nullopt;
  return index;
}

bool is_device(const std::string& word) {
  return word == "auto" || word == "cpu" || word == "cuda" || gpu_index(word).has_value();
}

std::string described(const Gpus& gpus, int index) {
  const auto& gpu = gpus.found.at(static_cast<size_t>(index));
  return fmt::format("cuda:{} ({}, compute capability {}.{})", index, gpu.name, gpu.major,
                     gpu.minor);
}

std::optional<int> choose_gpu(const std::string& device, const Gpus& gpus, int rank) {
  if (!is_device(device))
    throw Error(fmt::format("device: no '{}'; known: auto, cpu, cuda, cuda:N", device));
  if (device == "cpu") return std::nullopt;
  if (gpus.found.empty()) {
    refuse_none(device, gpus);
    return std::nullopt;
  }
  if (!gpus.fault.empty()) {
    throw Error(fmt::format("device: found {}, of no use here: {}; mend that, or use device=cpu",
                            all_described(gpus), gpus.fault));
  }
  if (const auto index = gpu_index(device)) {
    if (*index >= static_cast<int>(gpus.found.size())) {
      throw Error(fmt::format("device: no {}; found {}", device, all_described(gpus)));
    }
    if (!can_compute(gpus.found[static_cast<size_t>(*index)])) refuse_old(described(gpus, *index));
    return index;
  }
  std::vector<int> able;
  for (size_t i = 0; i < gpus.found.size(); ++i) {
    if (can_compute(gpus.found[i])) able.push_back(static_cast<int>(i));
  }
  if (able.empty()) refuse_old(all_described(gpus));
  return able[static_cast<size_t>(rank) % able.size()];
}

}  // namespace trm
