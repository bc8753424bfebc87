#include "dist/world.h"

#include "tests/dist/ranks.h"

namespace trm {

namespace {

void check_alone(dist::World world) {
  CHECK(world.ranks() == 1);
  CHECK(world.is_first());
  const auto x = at::arange(6).view({2, 3});
  CHECK(world.exchange({x}).front().is_same(x));
  CHECK(world.all_gather(x).front().is_same(x));
  auto rows = at::zeros({1, 2, 3}, at::kLong);
  world.all_gather_into(rows, x);
  CHECK(rows[0].equal(x));
  world.exchange_into(rows, x.view({1, 2, 3}) + 1);
  CHECK(rows[0].equal(x + 1));
  CHECK(world.all_gather_text("a\n") == std::vector<std::string>{"a\n"});
  CHECK(world.broadcast_text("b") == "b");
  world.barrier();
  CHECK(world.traffic().bytes_sent == 0);
  CHECK_THROWS_AS(world.exchange({x, x}), std::logic_error);
  CHECK_THROWS_AS(world.exchange_into(rows, x), std::logic_error);
}

}  // namespace

TEST_CASE("a World of one needs nothing of the network", "[unit]") {
  check_alone(dist::World::alone());
  check_alone({{}, std::chrono::seconds(1)});
}

TEST_CASE("ranks get each other's tensors and texts", "[unit]") {
  for (const int ranks : {1, 2, 3, 4}) {
    StartedRanks started(ranks, {"all"});
    const auto end = started.end();
    CHECK(end.err == "");
    CHECK(end.out == "good " + std::to_string(ranks) + "\n");
    CHECK(end.code == 0);
  }
}

TEST_CASE("ranks wait for one that takes longer than the time limit, but lives", "[unit]") {
  StartedRanks first(2, {"step", "sleep", "0"}, 1500), second(2, {"step", "sleep", "1"}, 1500);
  for (auto* started : {&first, &second}) {
    const auto end = started->end();
    CHECK(end.err == "");
    CHECK(end.code == 0);
  }
}

}  // namespace trm
