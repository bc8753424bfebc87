#include "apps/app.h"

#include <c10/util/Exception.h>
#include <fmt/format.h>

#include <cstdio>
#include <new>

#include "core/error.h"
#include "core/file.h"
#include "core/interrupt.h"
#include "core/version.h"
#include "tensor/device.h"

namespace trm::apps {
namespace {

constexpr int kUserError = 2, kOurBug = 70;

int fail(int code, const std::string& text) {
  fmt::print(stderr, "error: {}\n", text);
  return code;
}

int out_of_memory() {
  return fail(kUserError,
              "out of memory; lower train.batch, or set train.micro_batch or evaluate.batch");
}

}  // namespace

std::string version_text() {
  const auto v = version();
  return fmt::format("trm {}, commit {} ({}), LibTorch {}, {}", v.number, v.commit,
                     v.clean ? "clean" : "with changes", torch_version(),
                     built_with_cuda() ? "CUDA" : "no CUDA");
}

void prepare(CLI::App& app, const std::string& examples) {
  app.set_version_flag("--version", version_text(), "Version, commit, LibTorch, CUDA or not");
  app.footer(examples);
  app.get_formatter()->column_width(34);
}

CLI::Validator at_least(int64_t least) {
  const auto check = [least](const std::string& text) {
    int64_t value = 0;
    const bool good = CLI::detail::lexical_cast(text, value) && value >= least;
    return good ? std::string() : fmt::format("'{}' is no whole number from {} on", text, least);
  };
  return CLI::Validator(check, fmt::format("from {}", least));
}

std::optional<int> parse(CLI::App& app, int argc, char** argv) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    return fail(kUserError, fmt::format("{}; see {} --help", error.what(), app.get_name()));
  }
  return std::nullopt;
}

int run_program(const std::function<int()>& body) {
  keep_freed_memory();
  try {
    return body();
  } catch (const Interrupted& interrupted) {
    fmt::print(stderr, "stopped; nothing was written\n");
    return 128 + interrupted.signal;
  } catch (const Error& error) {
    return fail(kUserError, error.what());
  } catch (const fs::filesystem_error& error) {
    return fail(kUserError, fmt::format("{}: {}; choose another path", error.path1().string(),
                                        error.code().message()));
  } catch (const std::bad_alloc&) {
    return out_of_memory();
  } catch (const c10::OutOfMemoryError&) {
    return out_of_memory();
  } catch (const c10::Error& error) {
    const std::string text = error.what_without_backtrace();
    if (text.find("can't allocate memory") != std::string::npos) return out_of_memory();
    return fail(kOurBug, "a bug in trm, please report it: " + text);
  } catch (const std::exception& error) {
    return fail(kOurBug, fmt::format("a bug in trm, please report it: {}", error.what()));
  }
}

}  // namespace trm::apps
