#include "apps/solve_picture.h"

#include <fmt/format.h>

#include <algorithm>

#include "apps/app.h"
#include "core/error.h"

namespace trm::apps {

void SolvePictures::add_options(CLI::App& app) {
  gif_.add_option(app, "--gif",
                  "Write one puzzle's solution as a moving picture, a frame a step, to this file");
  svg_.add_option(app, "--svg", "Write one puzzle and its answer as a drawing (SVG) to this file");
  app.add_option("--svg-steps", svg_steps_,
                 "Of --svg: the answers after these steps, as 1,2,8, instead of the last alone")
      ->type_name("STEPS")
      ->delimiter(',')
      ->check(at_least(1));
}

void SolvePictures::check(size_t puzzles, int64_t depth) const {
  if (!svg_steps_.empty() && !svg_.wanted())
    throw Error("--svg-steps: chooses steps of --svg, which is not there; name a file with --svg");
  if (!wanted()) return;
  if (puzzles != 1) {
    throw Error(fmt::format("{}: pictures one puzzle, and there are {}; name one",
                            gif_.wanted() ? "--gif" : "--svg", puzzles));
  }
  for (const auto step : svg_steps_) {
    if (step > depth) {
      throw Error(
          fmt::format("--svg-steps: {} of {} supervision steps; raise --depth", step, depth));
    }
  }
}

void SolvePictures::write(const data::Task& task, const SolveTrace& trace, double speed) const {
  if (gif_.wanted()) gif_.write_text(gif_of(task, trace, speed));
  if (!svg_.wanted()) return;
  auto steps = svg_steps_;
  if (steps.empty()) steps.push_back(static_cast<int64_t>(trace.steps()));
  std::sort(steps.begin(), steps.end());
  steps.erase(std::unique(steps.begin(), steps.end()), steps.end());
  svg_.write_text(svg_of(task, trace, steps));
}

}  // namespace trm::apps
