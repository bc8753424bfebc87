#include "sweep/run_arithmetic.h"

#include "bench/run_cost.h"

namespace trm::sweep {

double step_operations(experiment::Experiment experiment) {
  experiment.device = "cpu";  // which it does not depend on
  return bench::cost_of_run(std::move(experiment), /*timed=*/false).step.operations;
}

}  // namespace trm::sweep
