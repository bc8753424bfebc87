#pragma once

#include "core/config_tree.h"
#include "tests/fuzz/subject.h"

namespace trm {

// A config file, and the same text as the value of an override.
inline Subject yaml_subject() {
  return {
      {"# a run\nmodel:\n  width: 16\n  layers: [{mixer: token_mlp, repeat: 2}, attention]\ntrain: "
       "{steps: 1e3}\n",
       "a: &x {b: [1, 2.5, ~, 'q', \"\\u00e9\"]}\nc: *x\nd: |\n  text\n  more\n",
       "extends: base.yaml\nx: !!str 5\n? y\n: z\n"},
      {"{", "}",  "[",   "]", ",",  ": ", "- ",     "&x ",         "*x", "!!map", "---\n", "...\n",
       "'", "\"", "|\n", ">", "? ", "~",  "<<: *x", "%YAML 1.2\n", "#",  "\t",    "  "},
      [](const std::string& bytes) {
        try {
          parse_config("a: 1", "x.yaml", std::vector<std::string>{"a.b=" + bytes, bytes});
        } catch (const Error&) {
        }
        parse_config(bytes, "x.yaml");
      }};
}

}  // namespace trm
