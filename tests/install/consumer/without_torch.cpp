// Calls what needs OpenSSL, yaml-cpp, zlib and libzip: each has to be found.
//   without_torch CONFIG
#include <cstdio>

#include "core/config_tree.h"
#include "core/hash.h"
#include "format/csv.h"
#include "format/zip.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const auto config = trm::load_config(argv[1]);
  trm::format::CsvReader reader(argv[1]);
  const bool has_line = reader.next().has_value();
  bool refused = false;
  try {
    const trm::format::ZipFile archive(argv[1]);
  } catch (const trm::Error&) {
    refused = true;
  }
  std::printf("%s %s\n", trm::sha256_file(argv[1]).c_str(), config.entries[0].first.c_str());
  return has_line && refused ? 0 : 1;
}
