#pragma once

#include "experiment/puzzles.h"
#include "run/run_folder.h"

namespace trm::experiment {

// The scores that an evaluation of these puzzles' split has, "test" or "validation", as
// "exact_accuracy". A task may have scores of one alone: votes are of the tests of ARC tasks.
std::vector<std::string> score_names(const Experiment& experiment, const Puzzles& puzzles,
                                     std::string_view split);

// What the best checkpoint of a run is best at, as its log names the scores: train.best on the
// validation set; of equals, cell accuracy, then the loss. While nothing is solved, all checkpoints
// have an exact accuracy of 0. Error naming the known scores on another train.best.
std::vector<run::Score> scores_that_choose(const Experiment& experiment, const Puzzles& puzzles);

// The same by the score's name alone.
std::vector<run::Score> choosing_scores(const std::string& best);

}  // namespace trm::experiment
