#pragma once

#include <string>

#include "report/reading.h"

namespace trm::report {

// Parts of the page, each empty where the evaluation has nothing for it.
std::string step_charts(const Json& evaluation);         // against supervision steps
std::string depth_charts(const Json& evaluation);        // against steps beyond those of training
std::string breadth_charts(const Json& evaluation);      // against trajectories, where several
std::string group_charts(const Json& evaluation);        // by rating and by size
std::string selection_charts(const Json& evaluation);    // by which answer is taken
std::string compute_charts(const Json& evaluation);      // against what it costs
std::string calibration_charts(const Json& evaluation);  // what is said against what is

}  // namespace trm::report
