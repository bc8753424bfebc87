// What is on the screen, and how long it takes, when something happens to a rank.

#include <netinet/in.h>
#include <sys/socket.h>

#include <csignal>

#include "dist/launch.h"
#include "dist/watch.h"
#include "tests/dist/ranks.h"

namespace trm {
namespace {

std::string lost(int rank, const std::string& how) {
  return "error: lost rank " + std::to_string(rank) + " on " + this_host() + ": " + how +
         "; start the run again\n";
}
const std::string kEnded = "its process ended or its connection broke";

// A busy machine may need several times as long.
constexpr double kAtOnce = 6;

}  // namespace

TEST_CASE("a rank that is killed ends all at once, and is named once", "[unit]") {
  const auto check = [](const StartedRanks::End& end, int rank) {
    CHECK(end.err == lost(rank, kEnded));
    CHECK(end.out == "");
    CHECK(end.code == 128 + SIGKILL);
    CHECK(end.seconds < kAtOnce);
  };
  const std::vector<std::string> words = {"step", "none", "0"};
  StartedRanks first(3, words), second(3, words);
  first.process_of(0);
  check(second.end_after(2, SIGKILL), 2);
  check(first.end_after(0, SIGKILL), 0);
}

TEST_CASE("a rank that is killed while the others wait for the end is named, too", "[unit]") {
  StartedRanks started(2, {"step", "last", "0"});
  const auto end = started.end_after(0, SIGKILL);
  CHECK(end.err == lost(0, kEnded));
  CHECK(end.code == 128 + SIGKILL);
}

TEST_CASE("a rank that is stopped is lost after the time limit, and is named once", "[unit]") {
  const std::vector<std::string> words = {"step", "none", "0"};
  StartedRanks first(3, words, 3000), second(3, words, 3000);
  const auto check = [](StartedRanks::End end, int rank) {
    CHECK(contains(end.err, "error: lost rank " + std::to_string(rank) + " on " + this_host() +
                                ": no answer for "));
    CHECK(std::count(end.err.begin(), end.err.end(), '\n') == 1);
    CHECK(end.code == dist::kLostCode);
    // Three seconds, and two more until the launcher ends what is stopped.
    CHECK(end.seconds < 5 + kAtOnce);
  };
  ::kill(first.process_of(0), SIGSTOP);
  ::kill(second.process_of(1), SIGSTOP);
  check(first.end(), 0);
  check(second.end(), 1);
}

TEST_CASE("ranks that make no call end too when another is lost", "[unit]") {
  StartedRanks started(3, {"step", "busy", "1"}, 2500);
  const auto end = started.end_after(1, SIGKILL);
  CHECK(contains(end.err, "error: lost rank 1 on " + this_host() + ": "));
  CHECK(std::count(end.err.begin(), end.err.end(), '\n') == 1);
  CHECK(end.code == 128 + SIGKILL);
  CHECK(end.seconds < 2.5 + kAtOnce);
}

TEST_CASE("a rank's error is told once, with its place, and ends all with its code", "[unit]") {
  const auto place = [](int rank) {
    return "error: rank " + std::to_string(rank) + " on " + this_host() + ": ";
  };
  // A mistake of the user's is not tried again.
  StartedRanks error(3, {"step", "throw", "2"}, 60'000, 5), bug(2, {"step", "bug", "0"});
  auto end = error.end();
  CHECK(end.err == place(2) + "data/x: missing; build it\n");
  CHECK(end.code == 2);
  end = bug.end();
  CHECK(end.err == place(0) + "a bug: an empty shard\n");
  CHECK(end.code == 70);
  // Of all at once: whoever comes first.
  StartedRanks all(3, {"step", "all_throw", "0"});
  end = all.end();
  CHECK(contains(end.err, ": data/x: missing; build it\n"));
  CHECK(std::count(end.err.begin(), end.err.end(), '\n') == 1);
  CHECK(end.code == 2);
}

TEST_CASE("a rank that leaves without a word is lost", "[unit]") {
  StartedRanks first(3, {"step", "leave", "0"}), second(3, {"step", "leave", "1"});
  for (auto* started : {&first, &second}) {
    const auto end = started->end();
    CHECK(end.err == lost(started == &first ? 0 : 1, kEnded));
    CHECK(end.code == dist::kLostCode);
  }
}

TEST_CASE("a taken port is one line", "[unit]") {
  const int file = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  REQUIRE(::bind(file, reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(::listen(file, 5) == 0);
  ::getsockname(file, reinterpret_cast<sockaddr*>(&address), &size);
  const auto port = std::to_string(ntohs(address.sin_port));
  const ScratchFolder scratch;
  const auto end = run_to_end(scratch, "dist_rank", {"all"},
                              {"RANK=0", "WORLD_SIZE=2", "LOCAL_RANK=0", "MASTER_ADDR=127.0.0.1",
                               "MASTER_PORT=" + port, "OMP_NUM_THREADS=1"});
  CHECK(end.err == "error: port " + port + " of " + this_host() +
                       " is taken by another program; set MASTER_PORT to a free one\n");
  CHECK(end.code == 2);
  ::close(file);
}

TEST_CASE("a rank that does not come is named, by those that did, once", "[unit]") {
  const ScratchFolder first, third;
  const auto variables = [](const std::string& rank) {
    return std::vector<std::string>{
        "RANK=" + rank,      "WORLD_SIZE=3",      "LOCAL_RANK=" + rank, "MASTER_ADDR=127.0.0.1",
        "MASTER_PORT=14999", "DIST_TO_MEET=2500", "OMP_NUM_THREADS=1"};
  };
  Program zero(first, "dist_rank", {"all"}, variables("0"));
  Program two(third, "dist_rank", {"all"}, variables("2"));
  CHECK(zero.wait() == dist::kLostCode);
  CHECK(two.wait() == dist::kLostCode);
  CHECK(zero.err() + two.err() ==
        "error: rank 1 of 3 did not come to 127.0.0.1:14999 within 2.5 s; look for its own "
        "messages, or allow more time\n");
}

}  // namespace trm
