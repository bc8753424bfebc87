#pragma once

#include <ATen/ops/where.h>

#include <string>
#include <vector>

#include "tensor/archive.h"

// A record is a struct of tensors with a row for each trajectory (Batch, Carry, LatentState). It
// names them once, in
//
//   template <class Self, class F>
//   static void each(Self& self, const F& f);     // f(name, tensor) for every tensor, in order
//
// and all that is done to every row tensor alike is written over that. A new field is one line.
namespace trm::record {

// The record with f(x) in the place of every tensor x.
template <class Record, class F>
Record map(Record record, const F& f) {
  Record::each(record, [&](const std::string& /*name*/, torch::Tensor& x) { x = f(x); });
  return record;
}

// f(x, y) for the tensors of two records, in order.
template <class Record, class F>
void zip(Record& record, const Record& other, const F& f) {
  std::vector<torch::Tensor> others;
  Record::each(other,
               [&](const std::string& /*name*/, const torch::Tensor& y) { others.push_back(y); });
  size_t i = 0;
  Record::each(record, [&](const std::string& /*name*/, torch::Tensor& x) { f(x, others[i++]); });
}

// Rows [begin, end), as views.
template <class Record>
Record slice(const Record& record, int64_t begin, int64_t end) {
  return map(record, [&](const torch::Tensor& x) { return x.slice(0, begin, end); });
}

// rows [K]: indices
template <class Record>
Record select(const Record& record, const torch::Tensor& rows) {
  return map(record, [&](const torch::Tensor& x) { return x.index_select(0, rows); });
}

// Rows of `fresh` where rows [B] is true, those of `record` elsewhere. Dimension 0 of what is fresh
// may be 1.
template <class Record>
void replace_rows(Record& record, const torch::Tensor& rows, const Record& fresh) {
  zip(record, fresh, [&](torch::Tensor& x, const torch::Tensor& other) {
    std::vector<int64_t> shape(static_cast<size_t>(x.dim()), 1);
    shape[0] = rows.size(0);
    x = at::where(rows.view(shape), other, x);
  });
}

// In place, where apply [1] is not 0, which only the device looks at.
template <class Record>
void copy_where(Record& record, const torch::Tensor& apply, const Record& other) {
  torch::NoGradGuard no_grad;
  const auto taken = apply.ne(0);
  zip(record, other,
      [&](torch::Tensor& x, const torch::Tensor& from) { at::where_out(x, taken, from, x); });
}

// To an archive under the fields' names, and back (in place; Error on a missing or misshapen one).
template <class Record>
void save(const Record& record, Archive& archive) {
  Record::each(record,
               [&](const std::string& name, const torch::Tensor& x) { archive.add(name, x); });
}
template <class Record>
void load(Record& record, const Archive& archive) {
  Record::each(record, [&](const std::string& name, torch::Tensor& x) {
    copy_checked(archive.at(name), x, archive.where, name);
  });
}

}  // namespace trm::record
