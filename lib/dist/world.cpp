#include "dist/world.h"

#include <algorithm>
#include <numeric>
#include <stdexcept>

#include "dist/group.h"
#include "tensor/values.h"

namespace trm::dist {
namespace {

class Timed {
 public:
  explicit Timed(Traffic& traffic) : traffic_(traffic) {}
  ~Timed() { traffic_.seconds += std::chrono::duration<double>(Clock::now() - began_).count(); }
  Timed(const Timed&) = delete;
  Timed& operator=(const Timed&) = delete;

 private:
  using Clock = std::chrono::steady_clock;
  Traffic& traffic_;
  Clock::time_point began_ = Clock::now();
};

// Any type travels as bytes: no number is read on the way.
at::Tensor as_bytes(const at::Tensor& x) { return x.reshape({-1}).view(at::kByte); }

// The pieces as one tensor [pieces, ...]: a view where each begins where the one before it ends.
at::Tensor joined(const std::vector<at::Tensor>& pieces) {
  const auto& first = pieces.front();
  for (size_t r = 0; r < pieces.size(); ++r) {
    const auto& piece = pieces[r];
    if (piece.sizes() != first.sizes() || piece.scalar_type() != first.scalar_type() ||
        piece.device() != first.device())
      throw std::logic_error("pieces of an exchange are of one shape, type and device");
    const bool in_row =
        piece.is_contiguous() && piece.storage().is_alias_of(first.storage()) &&
        piece.storage_offset() == first.storage_offset() + static_cast<int64_t>(r) * first.numel();
    if (!in_row) return at::stack(pieces);
  }
  auto sizes = first.sizes().vec();
  auto strides = first.contiguous().strides().vec();
  sizes.insert(sizes.begin(), static_cast<int64_t>(pieces.size()));
  strides.insert(strides.begin(), first.numel());
  return first.as_strided(sizes, strides);
}

at::Tensor bytes_of_text(const std::string& text, int64_t size) {
  auto bytes = at::zeros({std::max<int64_t>(1, size)}, at::kByte);
  std::copy(text.begin(), text.end(), writable_values_of<uint8_t>(bytes).begin());
  return bytes;
}

std::string text_of(const at::Tensor& bytes, int64_t size) {
  const auto values = values_of<uint8_t>(bytes);
  return {values.begin(), values.begin() + size};
}

}  // namespace

World::World() = default;
World World::alone() { return {}; }
World::World(World&&) noexcept = default;
World::~World() = default;

World::World(const Launch& launch, std::chrono::milliseconds timeout)
    : rank_(launch.rank), ranks_(launch.ranks) {
  if (!launch.alone()) group_ = std::make_unique<Group>(launch, timeout);
}

std::vector<at::Tensor> World::exchange(const std::vector<at::Tensor>& send) {
  if (send.size() != static_cast<size_t>(ranks_))
    throw std::logic_error("an exchange sends a piece to each rank");
  if (!group_ || send.front().numel() == 0) return send;
  const Timed timed(traffic_);
  const at::NoGradGuard no_gradient;
  const auto sent = joined(send);
  const auto received = at::empty_like(sent, sent.options(), at::MemoryFormat::Contiguous);
  auto from = as_bytes(sent), to = as_bytes(received);
  group_->exchange(to, from);
  traffic_.bytes_sent += from.numel() / ranks_ * (ranks_ - 1);
  return received.unbind();
}

std::vector<at::Tensor> World::all_gather(const at::Tensor& piece) {
  if (!group_) return {piece};
  if (piece.numel() == 0) return std::vector<at::Tensor>(static_cast<size_t>(ranks_), piece);
  const Timed timed(traffic_);
  const at::NoGradGuard no_gradient;
  const auto own = piece.contiguous();
  auto sizes = own.sizes().vec();
  sizes.insert(sizes.begin(), ranks_);
  const auto all = at::empty(sizes, own.options());
  auto from = as_bytes(own), to = as_bytes(all);
  group_->all_gather(to, from);
  traffic_.bytes_sent += from.numel() * (ranks_ - 1);
  return all.unbind();
}

std::vector<std::string> World::all_gather_text(const std::string& text) {
  if (!group_) return {text};
  std::vector<int64_t> sizes;
  for (const auto& size : all_gather(at::full({1}, static_cast<int64_t>(text.size()), at::kLong)))
    sizes.push_back(size.item<int64_t>());
  const auto most = *std::max_element(sizes.begin(), sizes.end());
  const auto pieces = all_gather(bytes_of_text(text, most));
  std::vector<std::string> texts;
  for (size_t r = 0; r < pieces.size(); ++r) texts.push_back(text_of(pieces[r], sizes[r]));
  return texts;
}

std::string World::broadcast_text(const std::string& text, int from) {
  if (from < 0 || from >= ranks_) throw std::logic_error("no such rank to broadcast from");
  if (!group_) return text;
  const Timed timed(traffic_);
  const auto own = rank_ == from ? static_cast<int64_t>(text.size()) : 0;
  const auto size = at::full({1}, own, at::kLong);
  auto size_bytes = as_bytes(size);
  group_->broadcast(size_bytes, from);
  const auto bytes_in_all = size.item<int64_t>();
  auto bytes = bytes_of_text(rank_ == from ? text : std::string(), bytes_in_all);
  group_->broadcast(bytes, from);
  if (rank_ == from) traffic_.bytes_sent += bytes_in_all * (ranks_ - 1);
  return text_of(bytes, bytes_in_all);
}

void World::barrier() {
  if (!group_) return;
  const Timed timed(traffic_);
  group_->barrier();
}

}  // namespace trm::dist
