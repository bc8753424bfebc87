#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/error.h"

namespace trm::data {

// What is wrong with one row or task of many. `kind` says what faults are alike.
class Fault : public Error {
 public:
  Fault(std::string kind, const std::string& text) : Error(text), kind_(std::move(kind)) {}
  const std::string& kind() const { return kind_; }

 private:
  std::string kind_;
};

// The faults of a file, told in one message: the first in full, where the others of its kind are,
// and how many there are of other kinds.
class FaultList {
 public:
  // What has faults, "row", and what its place is called, "line"; nothing where places are names.
  FaultList(std::string thing, std::string place)
      : thing_(std::move(thing)), place_(std::move(place)) {}

  void add(const Fault& fault, const std::string& place);
  // Error where there are any.
  void check() const;

 private:
  std::string thing_, place_;
  std::optional<Fault> first_;
  std::map<std::string, std::vector<std::string>> places_;  // by kind
  std::string first_other_;
  int64_t others_ = 0;
};

// "1 task", "3 tasks".
std::string number_of(int64_t count, const std::string& thing);

}  // namespace trm::data
