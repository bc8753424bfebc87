#pragma once

#include <zlib.h>

#include <stdexcept>

#include "format/csv.h"
#include "tests/fuzz/subject.h"
#include "tests/scratch_folder.h"

namespace trm {

inline std::string gzipped(std::string text) {
  std::string packed(text.size() + 100, '\0');
  z_stream stream{};
  stream.next_in = reinterpret_cast<Bytef*>(text.data());
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  constexpr int kGzip = 16 + MAX_WBITS;
  if (deflateInit2(&stream, 9, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY) != Z_OK ||
      deflate(&stream, Z_FINISH) != Z_STREAM_END) {
    throw std::logic_error("gzipped: zlib failed");
  }
  deflateEnd(&stream);
  packed.resize(stream.total_out);
  return packed;
}

inline Subject csv_subject() {
  const std::string plain =
      "source,question,answer,rating\r\n"
      "a,1234341221434321,1234341221434321,0\n"
      "\n\"b, \"\"quoted\"\"\",1...............,\"1234341221434321\",17.5\n";
  return {
      {plain, "\xEF\xBB\xBFquizzes;solutions\n.1;21\n", "puzzle\tsolution\n1\t2", gzipped(plain)},
      {"\"", "\"\"", ",", ";", "\t", "\r\n", "\n", "\xEF\xBB\xBF", "question", "answer"},
      [scratch = std::make_shared<ScratchFolder>()](const std::string& bytes) {
        format::CsvReader reader(scratch->file("x.csv", bytes));
        while (reader.next()) {
        }
      }};
}

}  // namespace trm
