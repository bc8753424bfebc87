#pragma once

#include <ATen/ops/full_like.h>
#include <ATen/ops/nextafter.h>
#include <fmt/format.h>

#include <limits>
#include <map>
#include <set>
#include <string>

#include "tensor/archive.h"
#include "tests/catch.h"

namespace trm {

// A golden file and which of its tensors a test has read: a tensor that nothing compared, or that
// the file lacks, must not go unnoticed.
class GoldenFile {
 public:
  explicit GoldenFile(const std::filesystem::path& path) : archive_(load_archive(path)) {}

  const torch::Tensor& at(const std::string& name) {
    read_.insert(name);
    return archive_.at(name);
  }
  const torch::Tensor* find(const std::string& name) {
    read_.insert(name);
    return archive_.find(name);
  }
  // The names that begin with `prefix`, without it.
  std::vector<std::string> names(const std::string& prefix) const {
    std::vector<std::string> found;
    for (const auto& [name, value] : archive_.tensors) {
      if (name.starts_with(prefix)) found.push_back(name.substr(prefix.size()));
    }
    return found;
  }
  // The same, failing when there is none.
  std::vector<std::string> group(const std::string& prefix) const {
    auto found = names(prefix);
    INFO(archive_.where << ": no tensor of the group " << prefix);
    REQUIRE_FALSE(found.empty());
    return found;
  }
  std::vector<std::string> unread() const {
    std::vector<std::string> left;
    for (const auto& [name, value] : archive_.tensors) {
      if (!read_.contains(name)) left.push_back(name);
    }
    return left;
  }
  const Archive& archive() const { return archive_; }

 private:
  Archive archive_;
  std::set<std::string> read_;
};

// The distance from each float to the next: the difference of two stored numbers is known no
// better.
inline torch::Tensor last_place(const torch::Tensor& x) {
  const auto size = x.abs();
  return at::nextafter(size, torch::full_like(size, std::numeric_limits<float>::infinity())) - size;
}

// What a comparison allows beyond its tolerance.
struct Allowance {
  torch::Tensor exempt = {};    // elements left out, and counted
  torch::Tensor rounding = {};  // for each element, added to the tolerance; large ones are counted
};

// Compares tensors in groups, each with one tolerance, and prints what it compared.
class Ledger {
 public:
  explicit Ledger(std::string title) : title_(std::move(title)) {}
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;
  ~Ledger() { print(); }

  // max|ours - golden| <= tolerance * max|golden|.
  void close(const std::string& group, const std::string& name, const torch::Tensor& ours,
             const torch::Tensor& golden, double tolerance, const Allowance& allowance = {}) {
    auto difference = difference_of(name, ours, golden);
    auto& line = lines_[group];
    if (allowance.exempt.defined()) {
      line.exempt += allowance.exempt.sum().item<int64_t>();
      difference = difference.masked_fill(allowance.exempt, 0);
    }
    const double largest = largest_of(golden.to(at::kDouble));
    if (allowance.rounding.defined()) {
      line.loose += allowance.rounding.gt(tolerance * largest).sum().item<int64_t>();
      difference = (difference - allowance.rounding).clamp_min(0);
    }
    const double worst = largest_of(difference);
    const double relative = worst == 0 ? 0 : worst / largest;
    note(line, name, golden, relative, tolerance);
    INFO(title_ << ": " << group << ": " << name << ": " << relative << " of the largest");
    CHECK(worst <= tolerance * largest);  // false for NaN too
  }

  void exact(const std::string& group, const std::string& name, const torch::Tensor& ours,
             const torch::Tensor& golden) {
    const double worst = largest_of(difference_of(name, ours, golden));
    note(lines_[group], name, golden, worst, 0);
    INFO(title_ << ": " << group << ": " << name << " differs");
    CHECK(worst == 0);
  }

 private:
  struct Line {
    int64_t tensors = 0, elements = 0, exempt = 0, loose = 0;
    double worst = 0, tolerance = 0;
    std::string where;
  };

  torch::Tensor difference_of(const std::string& name, const torch::Tensor& ours,
                              const torch::Tensor& golden) const {
    INFO(title_ << ": " << name << ": the shapes differ");
    REQUIRE(ours.sizes() == golden.sizes());
    REQUIRE(golden.numel() > 0);
    return (ours.detach().to(at::kDouble) - golden.to(at::kDouble)).abs();
  }

  static double largest_of(const torch::Tensor& x) { return x.abs().max().item<double>(); }

  static void note(Line& line, const std::string& name, const torch::Tensor& golden,
                   double relative, double tolerance) {
    ++line.tensors;
    line.elements += golden.numel();
    line.tolerance = tolerance;
    if (!(relative <= line.worst)) {
      line.worst = relative;
      line.where = name;
    }
  }

  void print() const {
    for (const auto& [group, line] : lines_) {
      fmt::print(
          "{:<28} {:<22} {:>4} tensors {:>8} elements  worst {:.1e} (tolerance {:.0e}){}{}{}\n",
          title_, group, line.tensors, line.elements, line.worst, line.tolerance,
          line.exempt ? fmt::format(", {} exempt", line.exempt) : "",
          line.loose ? fmt::format(", {} with more room", line.loose) : "",
          line.where.empty() ? "" : " at " + line.where);
    }
  }

  std::string title_;
  std::map<std::string, Line> lines_;
};

}  // namespace trm
