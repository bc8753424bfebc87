#pragma once

#include <functional>

#include "eval/solver.h"
#include "tensor/values.h"

namespace trm::eval {

// A solver without a model: a script says what each trajectory answers after each supervision step.
// An objective that has nothing of halting or of a token loss: its only score is `surprise`.
class Scripted : public Solver {
 public:
  struct Say {
    int wrong = 0;    // cells that are wrong, the first ones; by how much they are says `kind`
    int kind = 1;     // wrong answers of one kind are alike
    float value = 0;  // halting value
    float scale = 1;  // of the logits: 1 more is a residual of 1
    double surprise = 0;
  };
  using Script = std::function<Say(int64_t example, int64_t draw, int64_t step)>;

  Scripted(const GridSpec& spec, Script script) : spec_(spec), script_(std::move(script)) {}

  const GridSpec& spec() const override { return spec_; }
  const Compute& compute() const override { return compute_; }
  std::vector<std::string> metrics() const override { return {"surprise"}; }
  double operations() const override { return 1e9; }
  std::shared_ptr<Solver> replica() const override { return std::make_shared<Scripted>(*this); }

  // The state counts supervision steps.
  void start(Trajectories& rows) override {
    rows.state = model::LatentState({{"count", torch::zeros({rows.rows(), 1})}});
  }

  Reading advance(Trajectories& rows, int64_t step) override {
    ++calls;
    rows.state[0] = rows.state[0] + 1;
    const auto count = rows.rows();
    Reading reading;
    reading.answers = rows.data.labels.clone();
    reading.metrics = torch::zeros({count, 1}, at::kDouble);
    reading.output.q_halt = torch::zeros({count});
    reading.output.logits = torch::zeros({count, spec_.cells, spec_.vocabulary});
    for (int64_t r = 0; r < count; ++r) {
      if (rows.state[0][r].item<double>() != static_cast<double>(step))
        throw std::logic_error("a state that is another row's");
      const auto say = script_(rows.example[r].item<int64_t>(), rows.draw[r].item<int64_t>(), step);
      auto answer = reading.answers[r];
      const auto wrong = answer.slice(0, 0, say.wrong);
      wrong.copy_((wrong + say.kind).remainder(spec_.vocabulary));
      reading.output.logits[r].scatter_(1, answer.to(at::kLong).unsqueeze(1), say.scale);
      reading.output.q_halt[r] = say.value;
      reading.metrics[r][0] = say.surprise;
    }
    return reading;
  }

  int64_t calls = 0;

 private:
  GridSpec spec_;
  Compute compute_;
  Script script_;
};

}  // namespace trm::eval
