// Arrays of more numbers than 32 bits count. Memory for them is reserved but not used, save for
// their ends; there the kernels are to give the bits that they give for the ends alone.

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "kernels/gpu/queue.h"
#include "tests/kernels/emulation/numbers.h"

namespace trm::emulation {
namespace {

using namespace kernels::gpu;

void* reserve(size_t bytes) {
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return memory == MAP_FAILED ? nullptr : memory;
}

// Catch2 2.x cannot skip: a case returns where this is true.
bool no_room() {
  constexpr size_t kRoom = size_t{80} << 30;
  void* memory = reserve(kRoom);
  if (memory != nullptr) munmap(memory, kRoom);
  if (memory == nullptr) WARN("skipped: this system reserves no memory that is not used");
  return memory == nullptr;
}

// `times` as many numbers as `end` has, the last of them those; what is behind cannot be touched.
template <class T>
class Large {
 public:
  Large(int64_t times, const Array<T>& end) : end_(end) {
    const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    const size_t bytes = static_cast<size_t>(times) * end.size() * sizeof(T);
    const size_t pages = (bytes + page - 1) / page * page;
    mapped_ = pages + page;
    memory_ = reserve(mapped_);
    REQUIRE(memory_ != nullptr);
    auto* behind = static_cast<std::byte*>(memory_) + pages;
    REQUIRE(mprotect(behind, page, PROT_NONE) == 0);
    data_ = reinterpret_cast<T*>(behind - bytes);
    last_ = reinterpret_cast<T*>(behind) - end.size();
    std::copy_n(end.data(), end.size(), last_);
  }
  Large(const Large&) = delete;
  Large& operator=(const Large&) = delete;
  ~Large() { munmap(memory_, mapped_); }

  T* data() { return data_; }
  bool ends_alike() const { return std::memcmp(last_, end_.data(), end_.size() * sizeof(T)) == 0; }

 private:
  const Array<T>& end_;
  void* memory_;
  size_t mapped_;
  T *data_, *last_;
};

// While one lives, of a grid the last blocks run alone.
struct LastBlocksAlone {
  LastBlocksAlone() { last_blocks = 3; }
  ~LastBlocksAlone() { last_blocks = 0; }
};

// f(times, pointers to large arrays...) and f(1, pointers to their ends...) are to end alike. The
// first of the large arrays has more numbers before its end than 32 bits count.
template <class F, class First, class... Rest>
void check_end(const F& f, Array<First>& first, Array<Rest>&... rest) {
  const int64_t times = (int64_t{1} << 32) / static_cast<int64_t>(first.size()) + 2;
  const auto check = [&](auto&&... large) {
    {
      const LastBlocksAlone alone;
      f(times, large.data()...);
    }
    f(int64_t{1}, first.data(), rest.data()...);
    CHECK((large.ends_alike() && ...));
  };
  check(Large<First>(times, first), Large<Rest>(times, rest)...);
}

using Half = bfloat16;

}  // namespace

TEST_CASE("the CUDA gate is right beyond 32 bits", "[unit]") {
  if (no_room()) return;
  for (const int64_t inner : {512, 511}) {  // in packs, and one by one
    Array<Half> y(inner), x(2 * inner), dx(2 * inner);
    x.fill_normal();
    check_end([&](int64_t n, Half* y_, Half* x_) { queue_gate(x_, y_, n, inner, nullptr); }, y, x);
    check_end([&](int64_t n, Half* dy, Half* x_,
                  Half* dx_) { queue_gate_gradient(dy, x_, dx_, n, inner, nullptr); },
              y, x, dx);
  }
}

TEST_CASE("the CUDA norms are right beyond 32 bits", "[unit]") {
  if (no_room()) return;
  for (const bool rows : {true, false}) {
    const int64_t tokens = rows ? 8 : 97, width = rows ? 512 : 64;
    const auto count = tokens * width;
    Array<Half> h(count), r(count), y(count), dx(count);
    Array<float> root(rows ? tokens : width);
    h.fill_normal();
    r.fill_normal();
    const auto forward = rows ? queue_norm_rows<Half> : queue_norm_columns<Half>;
    check_end(
        [&](int64_t n, Half* h_, Half* r_, Half* y_, float* root_) {
          forward(h_, r_, y_, root_, {n, tokens, width}, 1e-5F, nullptr);
        },
        h, r, y, root);
    const auto backward = rows ? queue_norm_rows_gradient<Half> : queue_norm_columns_gradient<Half>;
    check_end(
        [&](int64_t n, Half* dy, Half* y_, float* root_, Half* dx_) {
          backward(dy, y_, root_, dx_, {n, tokens, width}, nullptr);
        },
        h, y, root, dx);
  }
}

TEST_CASE("the CUDA rotation is right beyond 32 bits", "[unit]") {
  if (no_room()) return;
  constexpr int64_t kTokens = 7, kSlots = 3, kHalf = 32;
  Array<Half> x(kTokens * kSlots * 2 * kHalf), y(kTokens * kSlots * 2 * kHalf);
  Array<float> cos(kTokens * 2 * kHalf), sin(kTokens * 2 * kHalf);
  x.fill_normal();
  cos.fill_normal();
  sin.fill_normal();
  check_end(
      [&](int64_t n, Half* x_, Half* y_) {
        queue_rotate(x_, y_, cos.data(), sin.data(), 1, {n, kTokens, kSlots, 2, kHalf}, nullptr);
      },
      x, y);
}

TEST_CASE("the CUDA stablemax loss is right beyond 32 bits", "[unit]") {
  if (no_room()) return;
  constexpr int64_t kCells = 8, kVocabulary = 513;
  Array<Half> x(kCells * kVocabulary), dx(kCells * kVocabulary);
  Array<int32_t> labels(kCells);
  Array<double> loss(kCells), upstream(kCells);
  x.fill_normal();
  upstream.fill_normal();
  for (size_t i = 0; i < labels.size(); ++i) labels[i] = static_cast<int32_t>(i * 71);
  check_end(
      [](int64_t n, Half* x_, int32_t* labels_, double* loss_) {
        queue_stablemax(x_, labels_, loss_, {n * kCells, kVocabulary, -100}, nullptr);
      },
      x, labels, loss);
  check_end(
      [](int64_t n, Half* x_, int32_t* labels_, double* upstream_, Half* dx_) {
        queue_stablemax_gradient(upstream_, x_, labels_, dx_, {n * kCells, kVocabulary, -100},
                                 nullptr);
      },
      x, labels, upstream, dx);
}

TEST_CASE("the CUDA optimizer and noise are right beyond 32 bits", "[unit]") {
  if (no_room()) return;
  constexpr int64_t kCount = 2048;
  const kernels::AdamScalars scalars{1e-2F, 0.99F, 0.1F, 0.05F, 4.47F, 1e-8F};
  const float apply = 1;
  Array<float> p(kCount), m(kCount), v(kCount), g(kCount);
  for (auto* numbers : {&p, &m, &g}) numbers->fill_normal();
  v.fill(Numbers(kCount, 1e-3));
  check_end(
      [&](int64_t n, float* p_, float* m_, float* v_, float* g_) {
        queue_adam(p_, m_, v_, g_, &scalars, &apply, n * kCount, true, nullptr);
      },
      p, m, v, g);
  check_end([&](int64_t n, float* average,
                float* p_) { queue_average(average, p_, 0.999, &apply, n * kCount, nullptr); },
            m, p);

  constexpr int64_t kRows = 3, kColumns = 33;
  Array<float> draws(kRows * kColumns);
  Array<int64_t> ids(kRows);
  const int64_t step = 2;
  ids.fill({5, 7, 11});
  check_end(
      [&](int64_t n, float* out, int64_t* ids_) {
        queue_uniform(out, 1, &step, ids_, n * kRows, kColumns, nullptr);
      },
      draws, ids);
}

}  // namespace trm::emulation
