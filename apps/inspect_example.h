#pragma once

#include <string>
#include <vector>

#include "data/dataset.h"
#include "data/task.h"

namespace trm::apps {

// An example of a data set as it is read, and as a training row may see it.
struct ShownExample {
  std::vector<data::Token> input, label, moved_input, moved_label;  // tokens [cells]
  bool moved;  // whether training may see it otherwise than it is read
};
ShownExample show_example(const data::Dataset& data, const data::Task& task, int64_t example);

// The names of identifiers.json, one list a folder of the data set; an empty list where there is no
// such file.
using TaskNames = std::vector<std::vector<std::string>>;
TaskNames task_names(const data::Dataset& data);

// "task 00d62c1b, a copy, puzzle id 7"; empty of an example without a name of its own.
std::string name_of_example(const data::Dataset& data, const TaskNames& names, int64_t example);
// The same and its rating, what is known of an example; may be empty.
std::string describe_example(const data::Dataset& data, const TaskNames& names, int64_t example);

}  // namespace trm::apps
