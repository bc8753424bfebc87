#if __has_include(<catch2/catch_session.hpp>)
#include <catch2/catch_session.hpp>
#else
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>
#endif

void before_tests();  // of each executable: before_plain.cpp or before_torch.cpp

int main(int argc, char** argv) {
  before_tests();
  return Catch::Session().run(argc, argv);
}
