#include "experiment/run_evaluator.h"

#include <fmt/format.h>

#include "eval/outputs.h"
#include "experiment/assemble.h"
#include "experiment/boards.h"

namespace trm::experiment {

std::optional<eval::Evaluation> RunEvaluator::validation() {
  return evaluate("validation", puzzles_.train, puzzles_.validation_examples);
}

std::optional<eval::Evaluation> RunEvaluator::test() {
  return evaluate("test", puzzles_.test,
                  eval::first_examples(*puzzles_.test, experiment_.evaluate.limit));
}

std::optional<eval::Evaluation> RunEvaluator::evaluate(
    const char* title, const std::shared_ptr<const data::Dataset>& data,
    std::vector<int64_t> examples) {
  const auto& config = experiment_.evaluate;
  const auto step = trainer_.step();
  const eval::Request request{
      .data = data,
      .examples = std::move(examples),
      .batch = evaluation_batch(experiment_),
      .search = search_of(experiment_, trainer_.model().motion()),
      .compatible = config.compatible,
      .interruptible = true,
      .earlier = config.compatible ? run_.texts_before(title, step) : data::Files(),
      .world = ranks_.world(),
      .whole_output = !config.outputs.empty()};
  const train::Trainer::Averaged averaged(trainer_);
  auto bar = Progress::to_stderr(title, static_cast<int64_t>(request.examples.size()));
  const auto solver = make_solver(experiment_, trainer_.model());
  const auto count = static_cast<int64_t>(request.examples.size());
  std::optional<eval::OutputWriter> outputs;
  if (!config.outputs.empty() && ranks_.writes())
    outputs.emplace(run_.outputs_file(title, step), config.outputs, count);
  Boards boards(*puzzles_.task);
  const eval::AnswerSink sink = [&](const eval::Answers& answers) {
    if (outputs) outputs->add(answers);
    if (experiment_.train.tensorboard && ranks_.writes()) boards.add(answers);
  };
  const auto result = eval::evaluate(*solver, *puzzles_.task, request, bar, sink);
  if (result.puzzles < count) return std::nullopt;
  if (outputs && count > 0) outputs->commit();
  run_.save_texts(title, step, result.files);
  for (size_t i = 0; i < boards.images().size(); ++i)
    run_.log_image(step, fmt::format("{}/puzzle_{}", title, i + 1), boards.images()[i]);
  return result;
}

}  // namespace trm::experiment
