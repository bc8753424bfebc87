#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "sweep/run_study.h"

namespace trm::sweep {

// What a study will take, of one row.
struct RowForecast {
  std::string row;
  size_t runs = 0, done = 0;
  int64_t steps = 0, parameters = 0;
  double operations = 0;  // of a run's matrix products, evaluations and all, FLOP
  double seconds = 0;     // of a run, by a few measured steps
  double bytes = 0;       // of its checkpoints, at most
};

struct Forecast {
  std::vector<RowForecast> rows;
  std::vector<std::string> runs;  // names, in their order
  size_t jobs = 0;                // runs at once
  int64_t threads = 0;            // of each
  // Of what is not done, with as many runs at once.
  double seconds() const;
  double operations() const;  // of what is not done
  double bytes() const;       // of all
};

// Checks the members that the options select as run_study() does, and trains and evaluates a few
// steps of each row to measure them; nothing is written.
Forecast forecast(const Study& study, const RunOptions& options);

std::string forecast_text(const Study& study, const Forecast& forecast);
nlohmann::ordered_json forecast_json(const Forecast& forecast);

}  // namespace trm::sweep
