#pragma once

#include <cstdint>

namespace trm::train {

// How a batch is cut into shards, which are equal or differ by one row, and which of them are this
// rank's: a run of them, as long as any other's or one less.
struct Division {
  int64_t batch_rows = 1, shards = 1;
  int64_t rank = 0, ranks = 1;

  // Where shard i begins; shard `shards` begins at the end.
  int64_t row(int64_t i) const { return batch_rows * i / shards; }
  int64_t first_shard(int64_t of_rank) const { return shards * of_rank / ranks; }
  int64_t first_shard() const { return first_shard(rank); }
  int64_t own_shards() const { return first_shard(rank + 1) - first_shard(rank); }
  int64_t first_row(int64_t of_rank) const { return row(first_shard(of_rank)); }
  int64_t first_row() const { return first_row(rank); }
  int64_t own_rows() const { return first_row(rank + 1) - first_row(rank); }
};

}  // namespace trm::train
