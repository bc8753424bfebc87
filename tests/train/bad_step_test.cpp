#include <limits>

#include "tests/catch.h"
#include "tests/train/small_trainer.h"
#include "train/finite.h"

namespace trm::train {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

Trainer::Saved copy_of_saved(const Trainer& trainer) {
  const auto saved = trainer.save();
  return {copy_of(saved.weights), copy_of(saved.ema), copy_of(saved.optimizer),
          copy_of(saved.carry), copy_of(saved.sums)};
}

void check_same(const Archive& a, const Archive& b) {
  REQUIRE(a.tensors.size() == b.tensors.size());
  for (const auto& [name, value] : a.tensors) {
    INFO(name);
    CHECK(at::equal(value, b.at(name)));
  }
}

// Puts a number into a tensor of what a trainer saved; returns what was there.
float put(const Archive& archive, const std::string& name, int64_t place, float number) {
  const auto flat = archive.at(name).detach().view({-1});
  const auto before = flat[place].item<float>();
  flat[place] = number;
  return before;
}

TEST_CASE("a bad step changes neither weights nor embedding nor carry", "[unit]") {
  for (const int64_t shards : {1, 4}) {
    auto trainer = trainer_with(fast(), shards, /*threads=*/2);
    trainer.advance(batch_of(1));
    trainer.advance(batch_of(2));
    const auto before = copy_of_saved(trainer);
    const float good = put(trainer.save().weights, "lm_head.weight", 3, kNan);
    trainer.advance(batch_of(3));
    CHECK(trainer.skipped_in_a_row() == 1);
    put(trainer.save().weights, "lm_head.weight", 3, good);
    const auto after = trainer.save();
    check_same(before.weights, after.weights);
    check_same(before.ema, after.ema);
    check_same(before.optimizer, after.optimizer);
    check_same(before.carry, after.carry);
    // The same step again, and from the same state in another trainer.
    auto other = trainer_with(fast(), shards);
    other.load(3, before);
    trainer.advance(batch_of(4));
    other.advance(batch_of(4));
    check_same(trainer.save().weights, other.save().weights);
    check_same(trainer.save().carry, other.save().carry);
    CHECK(trainer.skipped_in_a_row() == 0);
    const auto sums = trainer.take_sums();
    CHECK(sums.steps == 4);
    CHECK(sums.skipped == 1);
    CHECK(sums.restarted == 0);
    loss::Sums::each(sums.sums,
                     [](std::string_view /*name*/, double sum) { CHECK(std::isfinite(sum)); });
  }
}

TEST_CASE("a state that is not finite takes a new puzzle and spoils no step", "[unit]") {
  for (const float bad : {kNan, std::numeric_limits<float>::infinity()}) {
    auto trainer = trainer_with(fast());
    trainer.advance(batch_of(1));
    trainer.take_sums();
    const auto carry = trainer.save().carry;
    carry.at("halted").fill_(false);
    const int64_t row = carry.at("z_H").numel() / kRows;
    put(carry, "z_H", 2 * row + 5, bad);
    put(carry, "z_L", 4 * row, bad);
    trainer.advance(batch_of(2));
    const auto sums = trainer.take_sums();
    CHECK(sums.skipped == 0);
    CHECK(sums.restarted == 2);
    const auto after = trainer.save().carry;
    for (int64_t r = 0; r < kRows; ++r) {
      const bool fresh = r == 2 || r == 4;
      CHECK(after.at("steps")[r].item<int>() == (fresh ? 1 : 2));
      CHECK(at::equal(after.at("current_data.inputs")[r], batch_of(fresh ? 2 : 1).inputs[r]));
    }
    CHECK_FALSE(first_not_finite("the carry", after));
  }
}

TEST_CASE("where bad steps go on, all rows take new puzzles", "[unit]") {
  auto trainer = trainer_with(fast());
  trainer.advance(batch_of(1));
  trainer.save().carry.at("halted").fill_(false);
  trainer.take_sums();
  const float good = put(trainer.save().weights, "lm_head.weight", 0, kNan);
  trainer.advance(batch_of(2));
  trainer.advance(batch_of(3));
  CHECK(trainer.skipped_in_a_row() == 2);
  CHECK(trainer.take_sums().restarted == 0);
  put(trainer.save().weights, "lm_head.weight", 0, good);
  trainer.advance(batch_of(4));
  CHECK(trainer.skipped_in_a_row() == 0);
  CHECK(trainer.take_sums().restarted == kRows);
  // At steps 1 and 4; a skipped step takes none.
  CHECK(trainer.examples() == 2 * kRows);
  CHECK(at::equal(trainer.save().carry.at("current_data.inputs"), batch_of(4).inputs));
  CHECK(trainer.save().carry.at("steps").eq(1).all().item<bool>());
}

TEST_CASE("a skipped step says where its first bad value arose", "[unit]") {
  const struct {
    Archive Trainer::Saved::*part;
    const char *tensor, *where;
  } faults[] = {{&Trainer::Saved::weights, "lm_head.weight", "the weights: lm_head.weight"},
                {&Trainer::Saved::weights, "puzzle_emb.weights",
                 "the puzzle embedding: puzzle_emb.weights, row 2"},
                {&Trainer::Saved::ema, "q_head.weight", "the averages: q_head.weight"},
                {&Trainer::Saved::optimizer, "v.lm_head.weight", "the moments: v.lm_head.weight"},
                {&Trainer::Saved::carry, "z_L", "the carry: z_L, row "}};
  for (const auto& fault : faults) {
    auto trainer = trainer_with(fast());
    trainer.advance(batch_of(1));
    const auto saved = trainer.save();
    const auto& archive = saved.*fault.part;
    put(archive, fault.tensor, archive.at(fault.tensor).numel() - 1, kNan);
    CHECK(trainer.explain_skip(batch_of(2)).starts_with(fault.where));
    CHECK(first_not_finite(saved).has_value() == (fault.part != &Trainer::Saved::carry));
  }
  // Finite weights whose products are not: the state is the first that shows it.
  auto trainer = trainer_with(fast());
  trainer.advance(batch_of(1));
  const auto weights = trainer.save().weights;
  for (const auto& [name, value] : weights.tensors) {
    if (name == "lm_head.weight") value.detach().fill_(3e38F);
  }
  trainer.advance(batch_of(2));
  CHECK(trainer.skipped_in_a_row() == 1);
  const auto before = copy_of_saved(trainer);
  CHECK(trainer.explain_skip(batch_of(2)) == "the logits");
  check_same(before.carry, trainer.save().carry);
  check_same(before.weights, trainer.save().weights);
}

TEST_CASE("bad steps are counted over a save", "[unit]") {
  auto trainer = trainer_with(fast());
  trainer.advance(batch_of(1));
  put(trainer.save().weights, "lm_head.weight", 0, kNan);
  trainer.advance(batch_of(2));
  const auto saved = copy_of_saved(trainer);
  auto other = trainer_with(fast());
  other.load(2, saved);
  CHECK(other.skipped_in_a_row() == 1);
  auto older = saved;
  // As checkpoints were before these were counted, and puzzles taken.
  older.sums.tensors.erase(older.sums.tensors.begin() + 1, older.sums.tensors.end());
  other.load(2, older);
  CHECK(other.skipped_in_a_row() == 0);
  CHECK_FALSE(other.examples());
  other.advance(batch_of(3));
  CHECK_FALSE(other.examples());
}

}  // namespace
}  // namespace trm::train
