#pragma once

#include <stdexcept>
#include <string>

namespace trm::apps {

// The standard output does not take what is written to it: a full disk, a closed descriptor.
struct OutputLost : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Puts something behind standard descriptors that are closed, so that no file that the program
// opens becomes its standard output: what is written there goes nowhere, and flush_output() finds
// a closed standard output by that. Call it before anything is opened.
void open_standard_streams();

// Writes what is still in memory; OutputLost where some of it could not be written.
void flush_output();

}  // namespace trm::apps
