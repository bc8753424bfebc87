#pragma once

#include <nlohmann/json.hpp>

#include "format/json.h"
#include "tests/fuzz/subject.h"

namespace trm {

inline Subject json_subject() {
  return {
      {R"({"seq_len": 81, "vocab_size": 11, "mean_puzzle_examples": 1.5, "sets": ["all"]})",
       R"({"t": {"train": [{"input": [[1, 2]], "output": [[3]]}], "test": [], "name": "\u00e9\n"}})",
       "[null, true, false, -1e-3, 18446744073709551615, \"\"]"},
      {"{", "}", "[", "]", ":", ",", "\"", "\\u", "null", "true", "[[[[[[[[", "\"seq_len\"", "e99"},
      [](const std::string& bytes) {
        const auto json = format::parse_json(bytes, "x.json");
        if (json.dump().empty()) return;
        if (json.contains("seq_len")) format::json_integer(json, "seq_len", "x.json");
        if (json.contains("vocab_size")) format::json_number(json, "vocab_size", "x.json");
        if (json.contains("name")) format::json_text(json, "name", "x.json");
      }};
}

}  // namespace trm
