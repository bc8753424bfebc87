#pragma once

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "core/random.h"
#include "data/tasks.h"
#include "data/tasks/arc/grid.h"
#include "data/tasks/maze/generate.h"
#include "data/tasks/sudoku/generate.h"
#include "report/evaluation_page.h"
#include "tensor/batch.h"

namespace trm::report {

inline data::PackedInfo info_of(int64_t cells, int64_t vocabulary) {
  data::PackedInfo info;
  info.cells = cells;
  info.vocabulary = vocabulary;
  return info;
}

using Board = std::vector<data::Token>;

// A model that is not there: step by step more cells of an answer are those of `end`, the others
// those of `start`. The order is the stream's.
inline std::vector<Frame> frames_to(const Board& start, const Board& end, size_t steps,
                                    Stream& stream) {
  std::vector<size_t> order(end.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  for (size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[stream.below(i)]);
  std::vector<Frame> frames;
  for (size_t step = 0; step < steps; ++step) {
    Frame frame{start, std::vector<uint8_t>(end.size(), 60), 0};
    const size_t done = std::min(end.size(), (step + 1) * end.size() / (steps - 2));
    for (size_t i = 0; i < done; ++i) {
      frame.answer[order[i]] = end[order[i]];
      frame.confidence[order[i]] = static_cast<uint8_t>(200 + 3 * step);
    }
    frame.halting = static_cast<double>(done) / static_cast<double>(end.size()) * 0.97;
    frames.push_back(std::move(frame));
  }
  return frames;
}

// 9x9 boards: by their place right, with a digit twice, with an empty cell, with a given changed,
// and of an unknown answer.
inline std::vector<Played> played_sudoku(int64_t count, size_t steps = 8) {
  constexpr data::sudoku::Box kBox{3, 3};
  auto silent = Progress::silent();
  const auto made = data::sudoku::generate({.box = kBox, .test = count, .seed = 5}, silent).test;
  std::vector<Played> all;
  for (const auto& puzzle : made) {
    const auto place = all.size();
    Played played;
    played.example = static_cast<int64_t>(100 + place);
    played.title = "Sudoku " + std::to_string(place + 1);
    played.rating = puzzle.rating;
    for (const auto digit : puzzle.question) played.input.push_back(data::sudoku::token(digit));
    for (const auto digit : puzzle.answer) played.label.push_back(data::sudoku::token(digit));
    auto end = played.label;
    const auto cell_of = [&](bool given) {
      size_t cell = 0;
      while ((puzzle.question[cell] != 0) != given) ++cell;
      return cell;
    };
    if (place % 5 == 1) end[cell_of(false)] = end[cell_of(false)] == 2 ? 3 : 2;
    if (place % 5 == 2) end[cell_of(false)] = 1;
    if (place % 5 == 3) end[cell_of(true)] = end[cell_of(true)] == 2 ? 3 : 2;
    Stream stream(3, "sample", place);
    played.frames = frames_to(played.input, end, steps, stream);
    if (place % 5 == 4) played.label.assign(81, static_cast<data::Token>(kIgnoredLabel));
    all.push_back(std::move(played));
  }
  return all;
}

// A right path and a broken one.
inline std::vector<Played> played_mazes(size_t side = 12) {
  auto silent = Progress::silent();
  const auto made =
      data::maze::generate(
          {.side = side, .test = 2, .least_steps = static_cast<int64_t>(side), .seed = 2}, silent)
          .test;
  std::vector<Played> all;
  for (const auto& maze : made) {
    Played played;
    played.example = static_cast<int64_t>(all.size());
    played.title = "maze " + std::to_string(all.size());
    played.rating = maze.rating;
    played.input = data::widened(maze.question);
    played.label = data::widened(maze.answer);
    auto end = played.label;
    if (all.size() == 1) *std::find(end.begin(), end.end(), data::maze::kPath) = data::maze::kOpen;
    Stream stream(4, "sample", all.size());
    played.frames = frames_to(played.input, end, 6, stream);
    all.push_back(std::move(played));
  }
  return all;
}

inline Board arc_board(const data::arc::Grid& grid, int64_t side) {
  std::vector<uint8_t> tokens(static_cast<size_t>(side * side));
  data::arc::place(grid, 0, 0, tokens);
  return data::widened(tokens);
}

// A grid that is to be mirrored: right with its votes, and an answer of another size.
inline std::vector<Played> played_arc() {
  constexpr int64_t kSide = 12;
  const data::arc::Grid question{3, 4, {0, 1, 2, 3, 0, 4, 4, 3, 0, 0, 8, 8}};
  const data::arc::Grid mirrored{3, 4, {3, 2, 1, 0, 3, 4, 4, 0, 8, 8, 0, 0}};
  const data::arc::Grid recoloured{3, 4, {3, 2, 1, 0, 3, 4, 4, 0, 8, 8, 0, 5}};
  const data::arc::Grid shorter{2, 4, {3, 2, 1, 0, 3, 4, 4, 0}};
  std::vector<Played> all;
  for (const auto& end : {mirrored, shorter}) {
    Played played;
    played.example = static_cast<int64_t>(all.size());
    played.title = "007bbfb7 test " + std::to_string(all.size() + 1);
    played.input = arc_board(question, kSide);
    played.label = arc_board(mirrored, kSide);
    std::replace(played.label.begin(), played.label.end(), 0,
                 static_cast<data::Token>(kIgnoredLabel));
    Stream stream(6, "sample", all.size());
    played.frames = frames_to(Board(kSide * kSide), arc_board(end, kSide), 5, stream);
    played.votes = {.first = {{arc_board(mirrored, kSide), 700},
                              {arc_board(recoloured, kSide), 250},
                              {arc_board(shorter, kSide), 40}},
                    .answers = 5,
                    .all_votes = 1000};
    all.push_back(std::move(played));
  }
  return all;
}

// An evaluation with every part that a page knows.
inline nlohmann::ordered_json full_evaluation() {
  return nlohmann::ordered_json::parse(
      R"({"exact_accuracy": 0.8723, "interval": [0.8657, 0.8787], "accuracy": 0.9541,
 "q_halt_accuracy": 0.9312, "lm_loss": 0.1472, "q_halt_loss": 0.0911, "givens_kept": 0.9987,
 "rules_obeyed": 0.8731, "steps": 16, "puzzles": 10000, "known_answers": 10000, "seconds": 91.4,
 "by_step": [{"exact_accuracy": 0.412, "accuracy": 0.81, "q_halt_accuracy": 0.9},
  {"exact_accuracy": 0.671, "accuracy": 0.89, "q_halt_accuracy": 0.91},
  {"exact_accuracy": 0.8, "accuracy": 0.93, "q_halt_accuracy": 0.925},
  {"exact_accuracy": 0.8723, "accuracy": 0.9541, "q_halt_accuracy": 0.9312}],
 "by_rating": [{"low": 0, "high": 0, "puzzles": 2500, "exact_accuracy": 0.99, "interval": [0.985, 0.993]},
  {"low": 1, "high": 5, "puzzles": 5000, "exact_accuracy": 0.91, "interval": [0.902, 0.918]},
  {"low": 6, "high": 280, "puzzles": 2500, "exact_accuracy": 0.68, "interval": [0.661, 0.698]}],
 "by_size": {"name": "givens", "bins": [
  {"low": 17, "high": 22, "puzzles": 400, "exact_accuracy": 0.7, "interval": [0.653, 0.743]},
  {"low": 23, "high": 27, "puzzles": 9600, "exact_accuracy": 0.879, "interval": [0.872, 0.885]}]},
 "by_depth": [{"depth": 16, "selections": {"last": {"exact_accuracy": 0.8723, "interval": [0.8657, 0.8787], "accuracy": 0.9541},
   "best_q": {"exact_accuracy": 0.874, "interval": [0.867, 0.88], "accuracy": 0.955}}},
  {"depth": 32, "selections": {"last": {"exact_accuracy": 0.88, "interval": [0.873, 0.886], "accuracy": 0.956},
   "best_q": {"exact_accuracy": 0.891, "interval": [0.885, 0.897], "accuracy": 0.96}}},
  {"depth": 64, "selections": {"last": {"exact_accuracy": 0.879, "interval": [0.872, 0.885], "accuracy": 0.955},
   "best_q": {"exact_accuracy": 0.902, "interval": [0.896, 0.908], "accuracy": 0.963}}}],
 "by_breadth": [{"breadth": 1, "by_depth": [{"depth": 64, "selections":
   {"last": {"exact_accuracy": 0.8723}, "vote": {"exact_accuracy": 0.8723}}}]},
  {"breadth": 8, "by_depth": [{"depth": 64, "selections":
   {"last": {"exact_accuracy": 0.8723}, "vote": {"exact_accuracy": 0.881}}}]}],
 "selections": {"last": {"exact_accuracy": 0.8723, "interval": [0.8657, 0.8787], "accuracy": 0.9541},
  "best_q": {"exact_accuracy": 0.874, "interval": [0.867, 0.88], "accuracy": 0.955},
  "vote": {"exact_accuracy": 0.881, "interval": [0.874, 0.887], "accuracy": 0.957},
  "oracle": {"exact_accuracy": 0.91, "interval": [0.904, 0.915], "accuracy": 0.965}},
 "compute": {"mean_steps": 5.31, "gflop_per_puzzle": 12.4, "curve": [
  {"rule": "q", "threshold": 0.5, "mean_steps": 4.1, "gflop_per_puzzle": 9.6, "exact_accuracy": 0.851, "interval": [0.844, 0.858]},
  {"rule": "q", "threshold": 0.9, "mean_steps": 5.6, "gflop_per_puzzle": 13.1, "exact_accuracy": 0.869, "interval": [0.862, 0.875]},
  {"rule": "q", "threshold": 0.99, "mean_steps": 8.8, "gflop_per_puzzle": 20.6, "exact_accuracy": 0.872, "interval": [0.865, 0.878]},
  {"rule": "converged", "threshold": 1, "mean_steps": 4.4, "gflop_per_puzzle": 10.3, "exact_accuracy": 0.842, "interval": [0.835, 0.849]},
  {"rule": "converged", "threshold": 3, "mean_steps": 7.2, "gflop_per_puzzle": 16.8, "exact_accuracy": 0.868, "interval": [0.861, 0.874]}]},
 "calibration": {"brier": 0.0573, "expected_error": 0.0219, "bins": [
  {"low": 0, "high": 0.2, "puzzles": 900, "mean": 0.08, "share": 0.11},
  {"low": 0.2, "high": 0.4, "puzzles": 250, "mean": 0.31, "share": 0.36},
  {"low": 0.4, "high": 0.6, "puzzles": 310, "mean": 0.52, "share": 0.49},
  {"low": 0.6, "high": 0.8, "puzzles": 640, "mean": 0.72, "share": 0.66},
  {"low": 0.8, "high": 1, "puzzles": 7900, "mean": 0.97, "share": 0.98}]},
 "changed_by_step": [1, 0.71, 0.32, 0.12], "converged": 0.93, "spurious_fixed_points": 0.081,
 "checkpoint": "runs/first/checkpoints/step-00060000", "checkpoint_step": 60000, "weights": "average",
 "data": "data/sudoku", "data_hash": "3f6c1d0b6a1e", "config_hash": "b2a7e8450c11",
 "made_by": "trm 0.1.0", "device": "cpu", "precision": "float32"})");
}

}  // namespace trm::report
