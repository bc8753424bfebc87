#include "eval/exchange.h"

#include <cstring>
#include <stdexcept>

#include "tensor/values.h"

namespace trm::eval {
namespace {

using torch::Tensor;

// f(tensor) for all tensors of an outcome, in order; those that were not asked for are undefined.
template <class Self, class F>
void each(Self& outcome, const F& f) {
  History::each(outcome.history, [&](const std::string& /*name*/, auto& x) { f(x); });
  f(outcome.last.logits);
  f(outcome.last.q_halt);
  f(outcome.last.q_continue);
  f(outcome.frames.answers);
  f(outcome.frames.sureness);
}

void put(std::string& bytes, int64_t number) {
  bytes.append(reinterpret_cast<const char*>(&number), sizeof(number));
}

void put(std::string& bytes, const Tensor& x) {
  put(bytes, x.defined() ? x.dim() : int64_t{-1});
  if (!x.defined()) return;
  put(bytes, static_cast<int64_t>(x.scalar_type()));
  for (const auto size : x.sizes()) put(bytes, size);
  const auto dense = x.contiguous();
  const auto numbers = bytes_of(dense);
  bytes.append(reinterpret_cast<const char*>(numbers.data()), numbers.size());
}

class Reader {
 public:
  explicit Reader(const std::string& bytes) : bytes_(bytes) {}

  int64_t number() {
    int64_t number = 0;
    copy(&number, sizeof(number));
    return number;
  }
  Tensor tensor() {
    const auto dimensions = number();
    if (dimensions < 0) return {};
    const auto type = static_cast<at::ScalarType>(number());
    std::vector<int64_t> shape(static_cast<size_t>(dimensions));
    for (auto& size : shape) size = number();
    auto x = torch::empty(shape, type);
    const auto into = writable_bytes_of(x);
    copy(into.data(), into.size());
    return x;
  }

 private:
  void copy(void* to, size_t count) {
    if (bytes_.size() - place_ < count) throw std::logic_error("outcomes that are cut off");
    std::memcpy(to, bytes_.data() + place_, count);
    place_ += count;
  }

  const std::string& bytes_;
  size_t place_ = 0;
};

}  // namespace

std::string packed(const std::vector<Outcome>& outcomes) {
  std::string bytes;
  put(bytes, static_cast<int64_t>(outcomes.size()));
  for (const auto& outcome : outcomes) each(outcome, [&](const Tensor& x) { put(bytes, x); });
  return bytes;
}

std::vector<Outcome> unpacked(const std::string& bytes) {
  Reader reader(bytes);
  std::vector<Outcome> outcomes(static_cast<size_t>(reader.number()));
  for (auto& outcome : outcomes) each(outcome, [&](Tensor& x) { x = reader.tensor(); });
  return outcomes;
}

std::vector<Outcome> gathered(std::vector<Outcome> own, dist::World& world) {
  if (world.ranks() == 1) return own;
  std::vector<Outcome> all;
  for (const auto& bytes : world.all_gather_text(packed(own))) {
    for (auto& outcome : unpacked(bytes)) all.push_back(std::move(outcome));
  }
  return all;
}

}  // namespace trm::eval
