#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

namespace trm {

// A reader of untrusted bytes, for the random mutations of the ordinary tests (withstands.h) and
// for libFuzzer (target.cpp). Each has a header of its own here, with a function x_subject().
struct Subject {
  std::vector<std::string> seeds;  // whole inputs, small
  std::vector<std::string> words;  // what such inputs are made of
  // Reads them as far as a program would. Nothing but Error may come out.
  std::function<void(const std::string&)> read;
};

// Whether an Error's text can be shown to people: one line, not long, nothing that a terminal
// obeys.
inline bool presentable(const std::string& text) {
  return text.size() < 2000 && std::all_of(text.begin(), text.end(), [](char c) {
           return static_cast<unsigned char>(c) >= ' ' && c != '\x7f';
         });
}

}  // namespace trm
