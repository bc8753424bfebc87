#include "data/fault_list.h"

#include <fmt/format.h>

#include "core/printable.h"

namespace trm::data {

void FaultList::add(const Fault& fault, const std::string& place) {
  if (!first_) first_ = fault;
  places_[fault.kind()].push_back(place);
  if (fault.kind() == first_->kind()) return;
  if (others_++ == 0) first_other_ = place;
}

void FaultList::check() const {
  if (!first_) return;
  const auto before = [&](const char* end) { return place_.empty() ? "" : place_ + end; };
  const auto& places = places_.at(first_->kind());
  std::string text = first_->what();
  if (places.size() > 1) {
    text += fmt::format("; {} such {}s: {}{}", places.size(), thing_, before("s "), listed(places));
  }
  if (others_ > 0) {
    text += fmt::format("; {} with other faults, the first at {}{}", number_of(others_, thing_),
                        before(" "), first_other_);
  }
  throw Error(text);
}

std::string number_of(int64_t count, const std::string& thing) {
  return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
}

}  // namespace trm::data
