#include "data/fault_list.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace trm::data {

void FaultList::add(const Fault& fault, const std::string& place) {
  constexpr size_t kPlaces = 8;
  if (!first_) first_ = fault;
  auto& kind = kinds_[fault.kind()];
  ++kind.count;
  if (kind.places.size() < kPlaces) kind.places.push_back(place);
  if (fault.kind() == first_->kind()) return;
  if (others_++ == 0) first_other_ = place;
}

void FaultList::check() const {
  if (!first_) return;
  const auto before = [&](const char* end) { return place_.empty() ? "" : place_ + end; };
  const auto& [count, places] = kinds_.at(first_->kind());
  std::string text = first_->what();
  if (count > 1)
    text += fmt::format("; {} such {}s: {}{}", count, thing_, before("s "), listed(places, count));
  if (others_ > 0) {
    text += fmt::format("; {} with other faults, the first at {}{}", number_of(others_, thing_),
                        before(" "), first_other_);
  }
  throw Error(text);
}

std::string number_of(int64_t count, const std::string& thing) {
  return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
}

std::string listed(const std::vector<std::string>& first, int64_t count) {
  const auto text = fmt::format("{}", fmt::join(first, ", "));
  const auto more = count - static_cast<int64_t>(first.size());
  return more > 0 ? fmt::format("{} and {} more", text, more) : text;
}

}  // namespace trm::data
