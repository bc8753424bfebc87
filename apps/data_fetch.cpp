#include "apps/data_fetch.h"

#include <fmt/format.h>

#include <memory>

#include "apps/app.h"
#include "core/error.h"
#include "core/terminal.h"
#include "fetch/fetch.h"

namespace trm::apps {
namespace {

std::string set_list() {
  std::string text = "\nSets:\n";
  for (const auto& set : fetch::kPublicSets)
    text += fmt::format("  {:<16}{}\n", set.name, set.about);
  return text +
         "\nProxies: https_proxy, http_proxy and no_proxy of the environment. What an\n"
         "interrupted fetch brought is kept, and the same command goes on from there.\n"
         "\nExamples:\n"
         "  trm-data fetch sudoku-extreme data/files/sudoku_extreme\n"
         "  trm-data fetch arc-agi-1 data/files/arc --mirror https://HOST/FOLDER";
}

void fetch(const std::string& name, const std::string& folder, const std::string& mirror) {
  const auto& set = fetch::public_set(name);
  auto bar = Progress::to_stderr("fetch", 0);
  const auto result = fetch::fetch({.set = set, .folder = folder, .mirror = mirror}, bar);
  bar.clear();
  bool fetched = false;
  for (const auto& file : result.files) {
    fetched |= file.fetched;
    say(fmt::format("{}: {}, {}\n", file.path.string(),
                    human_bytes(static_cast<double>(file.bytes)),
                    file.fetched ? "fetched" : "there already, its hash is right"));
  }
  if (result.stopped) {
    log_info("stopped; what has come is kept, and the same command goes on from there");
    return;
  }
  if (!fetched) say(fmt::format("{}: complete, nothing to fetch\n", folder));
  if (!set.next.empty())
    say(fmt::format("next: {}\n", fmt::format(fmt::runtime(set.next), folder)));
}

}  // namespace

void add_fetch(CLI::App& app, std::function<void()>& chosen) {
  struct Options {
    std::string set, folder, mirror;
  };
  auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("fetch", "Fetch the files of a public puzzle set");
  command->footer(set_list());
  command->add_option("set", options->set, "Name of the set, see below; none lists them");
  command->add_option("out", options->folder, "Folder for the files");
  command
      ->add_option("--mirror", options->mirror, "Folder of the web to take the files from instead")
      ->type_name("ADDRESS");
  command->callback([options, &chosen] {
    chosen = [options] {
      if (options->set.empty()) return say(set_list() + "\n");
      if (options->folder.empty())
        throw Error("out: no folder named; trm-data fetch " + options->set + " FOLDER");
      fetch(options->set, options->folder, options->mirror);
    };
  });
}

}  // namespace trm::apps
