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
at::Tensor as_bytes(const at::Tensor& x) { return x.view({-1}).view(at::kByte); }

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

void expect_rows(const at::Tensor& x, at::IntArrayRef sizes, const at::Tensor& like) {
  if (x.sizes() != sizes || !x.is_contiguous() || x.scalar_type() != like.scalar_type() ||
      x.device() != like.device())
    throw std::logic_error("rows for all ranks are contiguous, of one shape, type and device");
}

at::Tensor bytes_of_text(const std::string& text, int64_t size) {
  auto bytes = at::zeros({std::max<int64_t>(1, size)}, at::kByte);
  std::copy(text.begin(), text.end(), writable_values_of<uint8_t>(bytes).begin());
  return bytes;
}

std::string text_of(const at::Tensor& bytes, int64_t from, int64_t size) {
  const auto values = values_of<uint8_t>(bytes);
  return {values.begin() + from, values.begin() + from + size};
}

}  // namespace

World::World() = default;
World World::alone() { return {}; }
World::World(World&&) noexcept = default;
World::~World() = default;

World::World(const Launch& launch, std::chrono::milliseconds timeout,
             std::optional<std::chrono::milliseconds> to_meet)
    : rank_(launch.rank), ranks_(launch.ranks) {
  if (!launch.alone()) group_ = std::make_unique<Group>(launch, timeout, to_meet.value_or(timeout));
}

void World::exchange_into(const at::Tensor& received, const at::Tensor& sent) {
  expect_rows(received, sent.sizes(), sent);
  expect_rows(sent, sent.sizes(), sent);
  if (sent.dim() == 0 || sent.size(0) != ranks_)
    throw std::logic_error("an exchange sends a row to each rank");
  const at::NoGradGuard no_gradient;
  if (!group_) {
    received.copy_(sent);
    return;
  }
  if (sent.numel() == 0) return;
  const Timed timed(traffic_);
  auto from = as_bytes(sent), to = as_bytes(received);
  group_->exchange(to, from);
  traffic_.bytes_sent += from.numel() / ranks_ * (ranks_ - 1);
}

void World::all_gather_into(const at::Tensor& all, const at::Tensor& piece) {
  auto sizes = piece.sizes().vec();
  sizes.insert(sizes.begin(), ranks_);
  expect_rows(all, sizes, piece);
  const at::NoGradGuard no_gradient;
  const auto own = all[rank_];
  if (!own.is_alias_of(piece) || own.storage_offset() != piece.storage_offset() ||
      !piece.is_contiguous())
    own.copy_(piece);
  if (!group_ || piece.numel() == 0) return;
  const Timed timed(traffic_);
  auto to = as_bytes(all);
  group_->all_gather(to);
  traffic_.bytes_sent += to.numel() / ranks_ * (ranks_ - 1);
}

std::vector<at::Tensor> World::exchange(const std::vector<at::Tensor>& send) {
  if (send.size() != static_cast<size_t>(ranks_))
    throw std::logic_error("an exchange sends a piece to each rank");
  if (!group_) return send;
  const at::NoGradGuard no_gradient;
  const auto sent = joined(send);
  const auto received = at::empty(sent.sizes(), sent.options());
  exchange_into(received, sent);
  return received.unbind();
}

std::vector<at::Tensor> World::all_gather(const at::Tensor& piece) {
  if (!group_) return {piece};
  auto sizes = piece.sizes().vec();
  sizes.insert(sizes.begin(), ranks_);
  const auto all = at::empty(sizes, piece.options());
  all_gather_into(all, piece);
  return all.unbind();
}

// A short text goes with its length, in one round.
std::vector<std::string> World::all_gather_text(const std::string& text) {
  if (!group_) return {text};
  constexpr int64_t kHead = 8, kShort = 248;
  const auto own_size = static_cast<int64_t>(text.size());
  const auto head = bytes_of_text(text.substr(0, kShort), kShort);
  const auto heads = all_gather(at::cat({as_bytes(at::full({1}, own_size, at::kLong)), head}));
  std::vector<int64_t> sizes;
  for (const auto& each : heads)
    sizes.push_back(each.narrow(0, 0, kHead).clone().view(at::kLong).item<int64_t>());
  const auto most = *std::max_element(sizes.begin(), sizes.end());
  const auto pieces = most > kShort ? all_gather(bytes_of_text(text, most)) : heads;
  std::vector<std::string> texts;
  for (size_t r = 0; r < pieces.size(); ++r)
    texts.push_back(text_of(pieces[r], most > kShort ? 0 : kHead, sizes[r]));
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
  return text_of(bytes, 0, bytes_in_all);
}

void World::barrier() {
  if (!group_) return;
  const Timed timed(traffic_);
  group_->barrier();
}

}  // namespace trm::dist
