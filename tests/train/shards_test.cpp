#include "train/shards.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <numeric>

#include "core/random.h"
#include "tests/catch.h"
#include "tests/train/small_trainer.h"

namespace trm::train {
namespace {

// Numbers of all sizes, so that another order of sums has other bits.
torch::Tensor leaf(int64_t i) {
  Stream stream(1, "leaf", static_cast<uint64_t>(i));
  auto values = torch::empty({257});
  for (int64_t k = 0; k < values.numel(); ++k)
    values[k] = stream.normal() * std::pow(10.0, static_cast<double>(stream.below(6)));
  return values;
}

// The tree by its definition: the left half has the largest power of two that leaves a right one.
torch::Tensor tree_of(int64_t begin, int64_t end) {
  if (end - begin == 1) return leaf(begin);
  int64_t half = 1;
  while (2 * half < end - begin) half *= 2;
  return tree_of(begin, begin + half) + tree_of(begin + half, end);
}

TEST_CASE("shards are equal, or differ by one row", "[unit]") {
  for (const int64_t rows : {1, 7, 64, 768}) {
    for (const int64_t shards : {1, 2, 3, 4, 7}) {
      if (shards > rows) continue;
      const Division division{.batch_rows = rows, .shards = shards};
      int64_t least = rows, most = 0;
      for (int64_t i = 0; i < shards; ++i) {
        const auto count = division.row(i + 1) - division.row(i);
        least = std::min(least, count);
        most = std::max(most, count);
      }
      CHECK(division.row(0) == 0);
      CHECK(division.row(shards) == rows);
      CHECK(most - least <= 1);
    }
  }
}

TEST_CASE("a tree has one sum, whatever order its leaves come in", "[unit]") {
  for (int64_t leaves = 1; leaves <= 9; ++leaves) {
    const auto expected = tree_of(0, leaves);
    std::vector<int64_t> order(static_cast<size_t>(leaves));
    std::iota(order.begin(), order.end(), int64_t{0});
    for (uint64_t trial = 0; trial < 5; ++trial) {
      TreeSum tree(leaves);
      size_t freed = 0;
      for (const auto i : order)
        freed += tree.add({0, i}, {leaf(i), torch::ones({1}, at::kDouble)}).size();
      const auto nodes = tree.take();
      REQUIRE(nodes.size() == 1);
      CHECK(at::equal(nodes[0].second.gradients, expected));
      CHECK(nodes[0].second.sums.item<double>() == static_cast<double>(leaves));
      CHECK(freed == static_cast<size_t>(leaves) - 1);
      Stream(trial, "order").shuffle(std::span(order));
    }
  }
}

TEST_CASE("runs of leaves make subtrees that meet in the same sum", "[unit]") {
  for (const int64_t leaves : {2, 3, 4, 5, 8, 11}) {
    for (const int64_t runs : {2, 3, 4}) {
      if (runs > leaves) continue;
      TreeSum whole(leaves);
      for (int64_t run = 0; run < runs; ++run) {
        TreeSum part(leaves);
        for (auto i = leaves * run / runs; i < leaves * (run + 1) / runs; ++i)
          part.add({0, i}, {leaf(i), torch::ones({1}, at::kDouble)});
        for (auto& [node, sum] : part.take()) whole.add(node, std::move(sum));
      }
      const auto nodes = whole.take();
      REQUIRE(nodes.size() == 1);
      CHECK(at::equal(nodes[0].second.gradients, tree_of(0, leaves)));
    }
  }
}

void check_same(const Archive& a, const Archive& b) {
  REQUIRE(a.tensors.size() == b.tensors.size());
  for (const auto& [name, value] : a.tensors) {
    INFO(name);
    CHECK(at::equal(value, b.at(name)));
  }
}

TEST_CASE("the number of threads changes no bit", "[unit]") {
  for (const int64_t shards : {1, 4, 5}) {
    auto one = trainer_with(fast(), shards, 1);
    for (int64_t step = 1; step <= 6; ++step) one.advance(batch_of(step));
    const auto expected = one.save();
    for (const int64_t threads : {2, 3, 4}) {
      INFO(shards << " shards, " << threads << " threads");
      const auto before = at::get_num_threads();
      at::set_num_threads(static_cast<int>(threads));
      auto several = trainer_with(fast(), shards, threads);
      for (int64_t step = 1; step <= 6; ++step) several.advance(batch_of(step));
      at::set_num_threads(before);
      const auto saved = several.save();
      check_same(expected.weights, saved.weights);
      check_same(expected.optimizer, saved.optimizer);
      check_same(expected.carry, saved.carry);
      check_same(expected.sums, saved.sums);
    }
  }
}

TEST_CASE("an error of one shard reaches the caller", "[unit]") {
  for (const int64_t threads : {1, 2}) {
    auto trainer = trainer_with(fast(), 4, threads);
    auto batch = batch_of(1);
    batch.labels = batch.labels.slice(1, 0, 3);  // of the batch's first step, whose rows all begin
    CHECK_THROWS(trainer.advance(batch));
  }
}

}  // namespace
}  // namespace trm::train
