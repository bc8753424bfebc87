#pragma once

#include <cstdint>
#include <vector>

#include "core/progress.h"
#include "data/tasks/maze/layout.h"
#include "data/tasks/maze/puzzle.h"

namespace trm::data::maze {

struct GenerateRequest {
  size_t side = 8;
  int64_t train = 0, test = 0;  // mazes
  int64_t least_steps = 1;      // from S to G on a shortest path
  Layout layout = Density{};
  uint64_t seed = 0;
  int threads = 0;  // 0: as many as the machine has
};

struct Generated {
  std::vector<Puzzle> train, test;
};

// The form that the eight images of a maze share: the least of them.
Grid least_image(Cells maze);

// Mazes with the path of shortest_path() as their answer, rated by its cells. Each is drawn until
// there is a G: the layout, S evenly among its open cells, G evenly among those at least
// `least_steps` from it. No maze is twice in a set, and none of the test set is one of the train
// set or a symmetric image of one. The result depends on the request but for its threads; a longer
// set begins with the shorter one. Error where a maze cannot be had in 200,000 tries.
Generated generate(const GenerateRequest& request, Progress& progress);

}  // namespace trm::data::maze
