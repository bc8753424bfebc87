// A rank of the tests: does what it is told by its arguments, and ends as the programs do.

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "core/error.h"
#include "core/interrupt.h"
#include "core/log.h"
#include "dist/launch.h"
#include "dist/launcher.h"
#include "dist/watch.h"
#include "dist/world.h"
#include "tensor/device.h"

namespace {

using namespace trm;
using dist::World;

void expect(bool good, const std::string& what) {
  if (!good) throw std::logic_error("not so: " + what);
}

struct Stopped {
  int signal;
};

// Whole numbers, below what any of the types holds exactly.
at::Tensor numbered(int from, int to, at::ScalarType type, int64_t size) {
  return at::arange(size).remainder(50).add(10 * from + to).to(type);
}

void check_exchange(World& world, at::ScalarType type, int64_t size, bool in_a_row) {
  std::vector<at::Tensor> send;
  for (int to = 0; to < world.ranks(); ++to) send.push_back(numbered(world.rank(), to, type, size));
  if (in_a_row) send = at::cat(send).chunk(world.ranks());
  const auto received = world.exchange(send);
  expect(received.size() == static_cast<size_t>(world.ranks()), "a piece from each rank");
  for (int from = 0; from < world.ranks(); ++from)
    expect(received[static_cast<size_t>(from)].equal(numbered(from, world.rank(), type, size)),
           fmt::format("the piece from rank {}", from));
}

void check_gather(World& world, at::ScalarType type, int64_t size) {
  const auto all = world.all_gather(numbered(world.rank(), 3, type, size));
  for (int from = 0; from < world.ranks(); ++from)
    expect(all[static_cast<size_t>(from)].equal(numbered(from, 3, type, size)), "gathered");
}

void check_all(World& world) {
  for (const auto type : {at::kFloat, at::kDouble, at::kInt, at::kLong, at::kByte, at::kBFloat16}) {
    for (const int64_t size : {1, 1000, 100'003}) {
      check_exchange(world, type, size, true);
      check_exchange(world, type, size, false);
      check_gather(world, type, size);
    }
    check_exchange(world, type, 0, false);
    check_gather(world, type, 0);
  }
  const auto square = at::arange(12).view({3, 4}).t();
  expect(world.all_gather(square).back().equal(square), "a tensor that lies across");
  const auto scalar = world.all_gather(at::full({}, 1.5));
  expect(scalar.back().dim() == 0 && scalar.back().item<double>() == 1.5, "a number");

  const auto text_of = [](int rank) { return std::string(static_cast<size_t>(rank * 170), 'a'); };
  const auto texts = world.all_gather_text(text_of(world.rank()));
  for (int r = 0; r < world.ranks(); ++r)
    expect(texts[static_cast<size_t>(r)] == text_of(r), "the text of each");
  const int last = world.ranks() - 1;
  expect(world.broadcast_text(fmt::format("from {}\n", world.rank())) == "from 0\n", "a text");
  expect(world.broadcast_text(text_of(world.rank()), last) == text_of(last), "the last's text");
  world.barrier();
  expect(world.ranks() == 1 || world.traffic().bytes_sent > 1'000'000, "bytes are counted");
}

// Steps as a training makes them, until something happens: to rank `who` at step 20.
void step(World& world, const std::string& what, int who) {
  for (int i = 0; i < 100'000; ++i) {
    if (i == 20 && world.rank() == who) {
      if (what == "throw") throw Error("data/x: missing; build it");
      if (what == "bug") throw std::logic_error("an empty shard");
      if (what == "leave") std::_Exit(0);
    }
    if (i == 20 && what == "all_throw") throw Error("data/x: missing; build it");
    if (i == 20 && what == "good") return;
    // All learn of the same step who has been asked to stop.
    if (what == "asked") {
      const auto signal = std::to_string(interrupt_signal());
      for (const auto& text : world.all_gather_text(signal)) {
        if (text != "0") throw Stopped{std::stoi(text)};
      }
    }
    // A rank that computes for long is alive, and so are those that wait for it.
    if (i == 20 && what == "sleep") {
      if (world.rank() == who) std::this_thread::sleep_for(std::chrono::milliseconds(2500));
      world.barrier();
      return;
    }
    // The others are done.
    if (i == 21 && what == "last") {
      if (world.rank() == who) ::sleep(100);
      return;
    }
    // The others compute, and make no call, while one is killed.
    if (i == 21 && what == "busy" && world.rank() != who) ::sleep(100);
    std::vector<at::Tensor> pieces(static_cast<size_t>(world.ranks()), at::ones({1000}));
    world.exchange(pieces);
    world.all_gather(pieces.front());
    if (i == 20) {
      std::ofstream(fmt::format("{}/ready.{}", std::getenv("DIST_FOLDER"), world.rank()))
          << ::getpid() << "\n";
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

// What a step of training exchanges: 5 million numbers.
void measure(World& world) {
  const int64_t ranks = world.ranks(), size = 5'000'000 / ranks * ranks;
  const auto flat = at::ones({size});
  const auto timed = [&](const char* name, int times, auto&& action) {
    action();
    const auto before = world.traffic();
    for (int i = 0; i < times; ++i) action();
    const auto seconds = world.traffic().seconds - before.seconds;
    if (world.is_first())
      fmt::print(
          "{} {:.3f} ms, {:.0f} MB/s sent by each\n", name, 1000 * seconds / times,
          static_cast<double>(world.traffic().bytes_sent - before.bytes_sent) / seconds / 1e6);
  };
  const auto rows = flat.view({ranks, -1}), received = at::empty_like(rows);
  timed("exchange", 10, [&] { world.exchange(flat.chunk(ranks)); });
  timed("exchange_into", 10, [&] { world.exchange_into(received, rows); });
  timed("all_gather", 10, [&] { world.all_gather(rows[0]); });
  timed("all_gather_into", 10, [&] { world.all_gather_into(rows, rows[world.rank()]); });
  timed("text", 300, [&] { world.all_gather_text("stop"); });
  timed("barrier", 300, [&] { world.barrier(); });
}

int run(const std::vector<std::string>& words) {
  if (words[1] == "launch")
    return dist::run_ranks(
        {.ranks = std::stoi(words[2]), .max_restarts = std::stoi(words[3]), .command = [&] {
           auto command = words;
           command.erase(command.begin() + 1, command.begin() + 4);
           return command;
         }()});
  watch_for_interrupts();
  const auto launch = dist::read_launch();
  if (words[1] == "exit") return std::stoi(words[2]);
  const auto time = [](const char* name) {
    const char* value = std::getenv(name);
    return std::chrono::milliseconds(value != nullptr ? std::atoi(value) : 60'000);
  };
  World world(launch, time("DIST_TIMEOUT"), time("DIST_TO_MEET"));
  if (words[1] == "all") check_all(world);
  if (words[1] == "measure") measure(world);
  if (words[1] == "step") {
    try {
      step(world, words[2], std::stoi(words[3]));
    } catch (const Stopped& stopped) {
      return 128 + stopped.signal;
    }
  }
  if (world.is_first()) fmt::print("good {}\n", world.ranks());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  keep_freed_memory();
  const auto fail = [](const std::string& text, int code) {
    if (!dist::report_failure(text, code)) log_error(text);
    return code;
  };
  try {
    return run({argv, argv + argc});
  } catch (const dist::LostRank& lost) {
    return lost.code();
  } catch (const Error& error) {
    return fail(error.what(), 2);
  } catch (const std::exception& error) {
    return fail(std::string("a bug: ") + error.what(), 70);
  }
}
