#pragma once

#include <regex>

#include "core/hash.h"
#include "run/checkpoint.h"
#include "tests/fuzz/damaged_folder.h"

namespace trm {

// A checkpoint. The manifest says what is in the damaged file, unless it is the
// damaged one: what lies behind the checksums is read as well.
inline Subject checkpoint_subject() {
  auto folder = std::make_shared<DamagedFolder>();
  const auto checkpoint = folder->path() / "step_12";
  fs::create_directories(folder->path());
  Archive weights, ema;
  weights.add("lm_head.weight", torch::ones({2, 3}));
  weights.add("H_init", torch::ones({2}, at::kBFloat16));
  ema.add("lm_head.weight", torch::zeros({2, 3}));
  run::save_checkpoint(checkpoint,
                       {.step = 12,
                        .made_by = "trm",
                        .data_hash = "0",
                        .spec = {{"cells", 16}, {"vocabulary", 6}, {"puzzles", 1}}},
                       "model: {width: 16}\n", {{"weights", weights}, {"ema", ema}});
  folder->keep();
  const auto manifest = read_text(checkpoint / "manifest.json");
  const auto read = [folder, checkpoint, manifest](const std::string& damaged) {
    const auto path = checkpoint / "manifest.json";
    if (damaged != "manifest.json") {
      const std::regex entry("(\"" + damaged +
                             "\": \\{\\s*\"bytes\": )[0-9]+(,\\s*\"sha256\": \")[0-9a-f]+");
      const auto file = checkpoint / damaged;
      const auto now = "$01" + std::to_string(fs::file_size(file)) + "$02" + sha256_file(file);
      fs::remove(path);
      std::ofstream(path) << std::regex_replace(manifest, entry, now);
    }
    const run::Checkpoint opened(checkpoint);
    for (const char* part : {"weights", "ema", "optimizer", "carry", "sums"}) opened.load(part);
  };
  return {
      folder->seeds(),
      {"\"format\"", "\"step\"", "\"files\"", "\"bytes\"", "\"sha256\"", "\"weights.safetensors\"",
       "../", "{", "}", "null", "\"dtype\"", "\"data_offsets\"", "[0,0]"},
      [folder, read](const std::string& bytes) { folder->with(bytes, read); }};
}

}  // namespace trm
