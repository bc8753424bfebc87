#include "experiment/boards.h"

#include "tensor/values.h"

namespace trm::experiment {

void Boards::add(const eval::Answers& answers) {
  constexpr int64_t kMostCells = 128 * 128;  // that can be told apart
  if (answers.predictions.size(1) > kMostCells) return;
  for (int64_t r = 0; r < answers.predictions.size(0) && images_.size() < kMost; ++r) {
    images_.push_back(data::board_image(task_, row_of<data::Token>(answers.batch.inputs, r),
                                        row_of<data::Token>(answers.predictions, r),
                                        row_of<data::Token>(answers.batch.labels, r)));
  }
}

}  // namespace trm::experiment
