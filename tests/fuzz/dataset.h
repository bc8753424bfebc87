#pragma once

#include "data/dataset.h"
#include "data/packed.h"
#include "tests/fuzz/damaged_folder.h"

namespace trm {

// A dataset folder of six cells with copies that are made while reading: dataset.json,
// identifiers.json and every array of it.
inline Subject dataset_subject() {
  auto folder = std::make_shared<DamagedFolder>();
  data::PackedSet set;
  set.cells = 4;
  set.vocabulary = 12;
  set.identifiers = {"<blank>", "first", "second"};
  for (auto* split : {&set.train, &set.test}) {
    split->inputs = {2, 3, 4, 5, 6, 7, 8, 9, 2, 2, 3, 3};
    split->labels = {0, 3, 4, 5, 6, 7, 8, 9, 2, 2, 3, 3};
    split->puzzle_ids = {1, 2};
    split->puzzle_begin = {0, 2, 3};
    split->group_begin = {0, 1, 2};
    split->ratings = {7, 0, 90};
  }
  set.augmentations = {{0}, {0, 9, 4}, {0, 1}};
  data::write_packed(folder->path(), set);
  folder->keep();
  const auto read = [folder](const std::string& /*damaged*/) {
    for (const char* split : {"train", "test"}) {
      const auto data = data::Dataset::open(folder->path(), split);
      const auto cells = static_cast<size_t>(data->info().cells);
      std::vector<data::Token> input(cells), label(cells);
      for (int64_t i = 0; i < std::min<int64_t>(data->examples(), 20); ++i) {
        data->read(i, input, label);
        data->rating(i);
        data->stored(i);
      }
      data->hash();
    }
    data::inspect_folder(folder->path());
  };
  return {folder->seeds(),
          {"\"seq_len\"", "\"vocab_size\"", "\"pad_id\"", "\"ignore_label_id\"", "null", "[", "]",
           "{", "}", "(3,)", "(0,)", "'<i8'", "'|u1'", "'<f4'", "\x93NUMPY"},
          [folder, read](const std::string& bytes) { folder->with(bytes, read); }};
}

}  // namespace trm
