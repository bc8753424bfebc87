#include "data/parallel.h"

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/catch.h"

namespace trm::data {

TEST_CASE("parallel work is done once for each index, on any number of threads", "[unit]") {
  for (const int threads : {0, 1, 2, 7}) {
    std::vector<int> calls(1000);
    in_parallel(1000, threads, [&](int64_t i) { ++calls[static_cast<size_t>(i)]; });
    CHECK(calls == std::vector<int>(1000, 1));
  }
  in_parallel(0, 3, [](int64_t) { FAIL("nothing to do"); });
}

TEST_CASE("parallel work reports on the thread that asked, at last everything", "[unit]") {
  int64_t last = 0;
  in_parallel(
      100, 3, [](int64_t) {},
      [&, self = std::this_thread::get_id()](int64_t done) {
        CHECK(std::this_thread::get_id() == self);
        last = done;
      });
  CHECK(last == 100);
}

TEST_CASE("of several failures the one of the least index is thrown on", "[unit]") {
  for (int round = 0; round < 20; ++round) {
    for (const int threads : {1, 2, 5}) {
      std::string message;
      try {
        in_parallel(200, threads, [](int64_t i) {
          // The least one fails last.
          if (i == 30) std::this_thread::sleep_for(std::chrono::milliseconds(1));
          if (i >= 30) throw std::runtime_error(std::to_string(i));
        });
      } catch (const std::runtime_error& error) {
        message = error.what();
      }
      CHECK(message == "30");
    }
  }
}

}  // namespace trm::data
