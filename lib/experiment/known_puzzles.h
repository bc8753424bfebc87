#pragma once

#include "experiment/assemble.h"

namespace trm::experiment {

// The examples with the puzzle ids that the model has for their puzzles, found by name: another
// folder, or the same one built again, numbers them otherwise. Of puzzles that the model does not
// know, an Error with their number; or, where `unknown` is "mean" instead of "refuse", the mean of
// its puzzle embedding, which becomes a row more. Where one side keeps no names, ids are trusted,
// with a warning.
Examples as_model_knows(TrainedModel& trained, const Examples& examples,
                        const std::string& unknown);

// The names of the data folder that a model of `puzzles` ids was trained on; nothing where it is
// not there whole, has another number of them, or is one of several.
std::optional<data::PuzzleNames> names_in(const DataConfig& trained_on, int64_t puzzles);

// Error where the puzzles of a run are not, by name, those of the checkpoint that it goes on from.
void check_same_names(const std::optional<data::PuzzleNames>& own,
                      const run::Checkpoint& checkpoint);

// Makes the puzzle table among `weights` (by our names) one for `model`, whose puzzles are `own`:
// of known puzzles their rows, of the others an Error or the mean, as `unknown` says. Where one
// side keeps no names, a table of the same size is taken as it is, and of another its mean is every
// row (spec 6.7), with a warning.
void fit_puzzle_table(Archive& weights, const std::optional<data::PuzzleNames>& names,
                      const model::Model& model, const std::optional<data::PuzzleNames>& own,
                      const std::string& unknown);

}  // namespace trm::experiment
