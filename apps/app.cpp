#include "apps/app.h"

#include <c10/util/Exception.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <new>

#include "apps/completion.h"
#include "apps/help_page.h"
#include "apps/overrides.h"
#include "apps/standard_streams.h"
#include "core/error.h"
#include "core/file.h"
#include "core/interrupt.h"
#include "core/log.h"
#include "core/terminal.h"
#include "core/version.h"
#include "dist/watch.h"
#include "tensor/device.h"

namespace trm::apps {
namespace {

bool stdout_reserved = false;

constexpr int kUserError = 2, kOurBug = 70;

// Without exceptions: the standard error may be what is broken.
int fail(int code, const std::string& text) {
  if (!dist::report_failure(text, code)) log_error(text);
  return code;
}

int out_of_memory() {
  return fail(kUserError,
              "out of memory; lower train.batch, or raise train.shards, or set evaluate.batch");
}

// What a body throws, as a message and an exit code.
int run_body(const std::function<int()>& body) {
  keep_freed_memory();
  try {
    return body();
  } catch (const Interrupted& interrupted) {
    std::fputs("stopped; nothing was written\n", stderr);
    return 128 + interrupted.signal;
  } catch (const dist::LostRank& lost) {
    return lost.code();  // said already
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
    // A print that the standard output did not take.
    if (std::ferror(stdout) != 0) return 0;
    return fail(kOurBug, fmt::format("a bug in trm, please report it: {}", error.what()));
  }
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
  // Commands that are added later have the same.
  app.formatter_fn([](const CLI::App* command, const std::string& /*name*/, CLI::AppFormatMode) {
    return help_page(*command, page_width(STDOUT_FILENO));
  });
}

std::vector<std::string> with_words_as_options(const CLI::App& app, int argc, char** argv) {
  std::vector<std::string> arguments(argv + 1, argv + argc);
  const auto* command = &app;
  for (auto& word : arguments) {
    const auto is_named = [&](const CLI::App* below) { return below->get_name() == word; };
    if (const auto below = command->get_subcommands(is_named); !below.empty())
      command = below.front();
    if (!is_override(word)) continue;
    auto name = word.substr(0, word.find('='));
    std::replace(name.begin(), name.end(), '_', '-');
    if (command->get_option_no_throw("--" + name) != nullptr)
      word = "--" + name + word.substr(name.size());
  }
  return arguments;
}

void add_threads(CLI::App& command) {
  command
      .add_option_function<int>(
          "--threads", [](int threads) { choose_compute("cpu", "auto", threads); },
          "Processor threads; 0 for one a processor")
      ->type_name("NUMBER")
      ->check(CLI::Range(0, 4096));
}

void say(std::string_view text) {
  if (!stdout_reserved) fmt::print("{}", text);
}

void reserve_stdout() { stdout_reserved = true; }

void add_quiet(CLI::App& command) {
  command.add_flag_callback("--quiet", set_quiet, "Print results and warnings alone, no progress");
}

void place_run(const std::string& run, std::initializer_list<std::string*> names,
               const std::string& what) {
  std::string moving = run;
  for (auto* name : names) {
    if (!moving.empty()) std::swap(*name, moving);
  }
  if (!moving.empty()) throw Error(moving + ": one name too many beside --run; leave one out");
  if ((*names.begin())->empty()) throw Error(what + ", see --help");
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
  return parse(app, {argv + 1, argv + argc});
}

std::optional<int> parse(CLI::App& app, std::vector<std::string> arguments) {
  if (arguments.size() == 2 && arguments[0] == "--completion") {
    fmt::print("{}", completion(app, arguments[1]));
    return 0;
  }
  std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the back
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    return fail(kUserError, fmt::format("{}; see {} --help", error.what(), app.get_name()));
  }
  return std::nullopt;
}

int run_program(const std::function<int()>& body) {
  open_standard_streams();
  const int code = run_body(body);
  // Whatever was written to it before another error counts no more.
  if (code >= kUserError) return code;
  try {
    flush_output();
  } catch (const OutputLost& lost) {
    return fail(kUserError, lost.what());
  }
  return code;
}

}  // namespace trm::apps
