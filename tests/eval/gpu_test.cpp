// An evaluation on a GPU.

#include "tests/gpu.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/equal.h>

#include "data/tasks.h"
#include "eval/act_solver.h"
#include "eval/evaluator.h"
#include "loss/losses.h"
#include "tests/scratch_folder.h"
#include "tests/small_model.h"
#include "tests/small_sudoku.h"

namespace trm::eval {
namespace {

struct Evaluated {
  Evaluation result;
  torch::Tensor predictions;  // [puzzles, cells]
};

// A model of fresh weights on all puzzles of a folder, in batches that do not divide them.
Evaluated evaluated_on(const Compute& compute, const std::shared_ptr<const data::Dataset>& data,
                       const model::ModelConfig& config) {
  model::Model model(config, data->spec(), compute, 5);
  const auto token_loss = std::make_shared<loss::Stablemax>(loss::Stablemax::Config{});
  const auto task = data::task_that_fits(data->info()).create<data::Task>(data->info());
  Request request{.data = data, .examples = first_examples(*data, std::nullopt)};
  request.batch = 16;
  request.search.depths = {4};
  auto progress = Progress::silent();
  std::vector<torch::Tensor> parts;
  ActSolver solver(model, token_loss, request.search, /*compatible=*/false);
  auto result = evaluate(solver, *task, request, progress,
                         [&](const Answers& answers) { parts.push_back(answers.predictions); });
  return {std::move(result), at::cat(parts)};
}

TEST_CASE("an evaluation on a GPU has the same bits again, and the CPU's scores", "[gpu]") {
  if (no_gpu()) return;
  const ScratchFolder scratch;
  SmallSudoku{.train = 4, .test = 50}.write(scratch / "data");
  const auto data = data::Dataset::open(scratch / "data", "test");
  for (const auto& config : {small_model_config(), small_mlp_config()}) {
    for (const char* precision : {"float32", "bfloat16"}) {
      INFO(precision);
      const auto first = evaluated_on(gpu_compute(precision), data, config);
      const auto second = evaluated_on(gpu_compute(precision), data, config);
      CHECK(at::equal(first.predictions, second.predictions));
      REQUIRE(first.result.by_step.size() == 4);
      for (size_t i = 0; i < 4; ++i) {
        CHECK(first.result.by_step[i].metric("lm_loss") ==
              second.result.by_step[i].metric("lm_loss"));
      }
      CHECK(first.result.puzzles == 50);
    }
    const auto here = evaluated_on(Compute{}, data, config);
    const auto there = evaluated_on(gpu_compute("float32"), data, config);
    // A recursion that is not trained makes rounding grow: the first steps are compared.
    for (size_t i = 0; i < 2; ++i) {
      INFO("supervision step " << i + 1);
      CHECK(there.result.by_step[i].metric("lm_loss") ==
            Approx(here.result.by_step[i].metric("lm_loss")).epsilon(1e-5));
    }
    const auto differing = there.predictions.ne(here.predictions).sum().item<int64_t>();
    CHECK(differing <= here.predictions.numel() / 100);  // of logits that are all but equal
  }
}

}  // namespace
}  // namespace trm::eval
