#include "data/audit.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <unordered_map>
#include <unordered_set>

#include "data/fingerprint.h"
#include "data/parallel.h"

namespace trm::data {
namespace {

// What is known of the examples of a split, in the order of its Originals.
struct Marks {
  std::vector<uint64_t> traits, contents;
};

// Reads examples on all processors.
class Reader {
 public:
  Reader(const Task& task, int64_t cells, Progress& progress)
      : task_(task), cells_(static_cast<size_t>(cells)), progress_(progress) {}

  const Task& task() const { return task_; }

  // visit(i, input, label) for those of the numbers `which` among the split's examples.
  template <class Visit>
  void read(const Originals& split, const std::vector<size_t>& which, Visit&& visit) {
    constexpr size_t kChunk = 64;
    const auto chunks = static_cast<int64_t>((which.size() + kChunk - 1) / kChunk);
    in_parallel(
        chunks, 0,
        [&](int64_t chunk) {
          std::vector<Token> input(cells_), label(cells_);
          const size_t begin = static_cast<size_t>(chunk) * kChunk;
          for (size_t i = begin; i < std::min(which.size(), begin + kChunk); ++i) {
            split.read(split.examples[which[i]], input, label);
            visit(which[i], input, label);
          }
        },
        [&](int64_t done) {
          progress_.update(std::min(read_ + done * static_cast<int64_t>(kChunk), most_));
        });
    read_ += static_cast<int64_t>(which.size());
  }

  void expect(int64_t examples) { most_ = examples; }

 private:
  const Task& task_;
  size_t cells_;
  Progress& progress_;
  int64_t read_ = 0, most_ = 0;
};

std::vector<size_t> all_of(const Originals& split) {
  std::vector<size_t> which(split.examples.size());
  for (size_t i = 0; i < which.size(); ++i) which[i] = i;
  return which;
}

// Finds the marks, and adds what the task finds fault with.
Marks marks_of(const std::string& name, const Originals& split, Reader& reader,
               std::vector<Finding>& findings) {
  Marks marks;
  marks.traits.resize(split.examples.size());
  marks.contents.resize(split.examples.size());
  std::map<std::string, Finding> faults;
  std::mutex mutex;
  const auto count = static_cast<int64_t>(split.examples.size());
  reader.read(split, all_of(split), [&](size_t i, Tokens input, Tokens label) {
    marks.traits[i] = reader.task().trait(input, label);
    Fingerprint content;
    content.add(input);
    content.add(label);
    marks.contents[i] = content.value();
    const auto fault = reader.task().fault(input, label);
    if (!fault) return;
    const std::lock_guard lock(mutex);
    const auto number = split.examples[i];
    auto& found = faults.try_emplace(*fault, Finding{name, *fault, 0, count, number}).first->second;
    ++found.count;
    found.first = std::min(found.first, number);
  });
  for (auto& [what, finding] : faults) findings.push_back(std::move(finding));
  return marks;
}

void find_repeats(const std::string& name, const Originals& split, const Marks& marks,
                  std::vector<Finding>& findings) {
  const size_t groups = split.begin.size() - 1;
  Finding finding{name, "puzzles are there already", 0, static_cast<int64_t>(groups), 0};
  std::unordered_set<uint64_t> seen;
  seen.reserve(groups);
  for (size_t g = 0; g < groups; ++g) {
    Fingerprint content;
    for (auto i = split.begin[g]; i < split.begin[g + 1]; ++i)
      content.add_number(marks.contents[static_cast<size_t>(i)]);
    if (seen.insert(content.value()).second) continue;
    if (finding.count++ == 0) finding.first = split.examples[static_cast<size_t>(split.begin[g])];
  }
  if (finding.count > 0) findings.push_back(std::move(finding));
}

// Those whose trait is among `known`.
std::vector<size_t> with_traits(const std::vector<uint64_t>& traits,
                                const std::unordered_set<uint64_t>& known) {
  std::vector<size_t> which;
  for (size_t i = 0; i < traits.size(); ++i) {
    if (known.contains(traits[i])) which.push_back(i);
  }
  return which;
}

std::vector<uint64_t> forms_of(const Originals& split, const std::vector<size_t>& which,
                               Reader& reader) {
  std::vector<uint64_t> forms(split.examples.size());
  reader.read(split, which, [&](size_t i, Tokens input, Tokens label) {
    forms[i] = fingerprint_of(reader.task().form(input, label));
  });
  return forms;
}

// Forms are looked for only where traits are the same.
void find_leaks(const Originals& train, const Originals& test, const Marks& of_train,
                const Marks& of_test, Reader& reader, std::vector<Finding>& findings) {
  const std::unordered_set<uint64_t> tested(of_test.traits.begin(), of_test.traits.end());
  const auto near_train = with_traits(of_train.traits, tested);
  std::unordered_set<uint64_t> shared;
  for (const auto i : near_train) shared.insert(of_train.traits[i]);
  const auto near_test = with_traits(of_test.traits, shared);
  reader.expect(static_cast<int64_t>(train.examples.size() + test.examples.size() +
                                     near_train.size() + near_test.size()));
  const auto train_forms = forms_of(train, near_train, reader);
  const auto test_forms = forms_of(test, near_test, reader);
  std::unordered_set<uint64_t> trained;
  for (const auto i : near_train) trained.insert(train_forms[i]);
  Finding finding{"test", "examples are equivalent to training examples", 0,
                  static_cast<int64_t>(test.examples.size()), 0};
  for (const auto i : near_test) {
    if (!trained.contains(test_forms[i])) continue;
    if (finding.count++ == 0) finding.first = test.examples[i];
  }
  if (finding.count > 0) findings.push_back(std::move(finding));
}

}  // namespace

Originals originals_of(const Dataset& data) {
  Originals originals;
  for (int64_t g = 0; g < data.groups(); ++g) {
    const auto first = static_cast<size_t>(data.group_begin()[static_cast<size_t>(g)]);
    for (int64_t e = data.puzzle_begin()[first]; e < data.puzzle_begin()[first + 1]; ++e)
      originals.examples.push_back(e);
    originals.begin.push_back(static_cast<int64_t>(originals.examples.size()));
  }
  originals.read = [&data](int64_t example, std::span<Token> input, std::span<Token> label) {
    data.read(example, input, label);
  };
  return originals;
}

Originals originals_of(const PackedSplit& split, int64_t cells) {
  Originals originals;
  for (size_t g = 0; g + 1 < split.group_begin.size(); ++g) {
    const auto first = static_cast<size_t>(split.group_begin[g]);
    for (int64_t e = split.puzzle_begin[first]; e < split.puzzle_begin[first + 1]; ++e)
      originals.examples.push_back(e);
    originals.begin.push_back(static_cast<int64_t>(originals.examples.size()));
  }
  originals.read = [&split, cells](int64_t example, std::span<Token> input,
                                   std::span<Token> label) {
    const auto at = static_cast<std::ptrdiff_t>(example * cells);
    std::copy_n(split.inputs.begin() + at, cells, input.begin());
    std::copy_n(split.labels.begin() + at, cells, label.begin());
  };
  return originals;
}

std::string to_string(const Finding& finding) {
  return fmt::format("{} of {} {} {} (the first is example {})", finding.count, finding.of,
                     finding.split, finding.what, finding.first);
}

std::vector<Finding> audit(const Task& task, int64_t cells, const Originals& train,
                           const Originals& test, Progress& progress) {
  Reader reader(task, cells, progress);
  reader.expect(static_cast<int64_t>(train.examples.size() + test.examples.size()));
  std::vector<Finding> findings;
  const auto of_train = marks_of("train", train, reader, findings);
  find_repeats("train", train, of_train, findings);
  const auto of_test = marks_of("test", test, reader, findings);
  find_repeats("test", test, of_test, findings);
  find_leaks(train, test, of_train, of_test, reader, findings);
  progress.finish();
  return findings;
}

}  // namespace trm::data
