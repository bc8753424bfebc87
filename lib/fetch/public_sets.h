#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace trm::fetch {

struct PublicFile {
  std::string_view name;
  std::string_view begins;  // a web page in its place does not begin so
  int64_t most_bytes;       // well above its size
  // Where they are published; elsewhere those of the first fetch hold.
  std::optional<int64_t> bytes{};
  std::string_view sha256{};
};

struct PublicSet {
  std::string_view name, about;
  std::string_view base;  // the address of a file is this and its name
  std::string_view next;  // the command that uses it, its folder as {0}; empty where there is none
  std::span<const PublicFile> files;
};

inline constexpr PublicFile kSudokuExtremeFiles[] = {
    {"train.csv", "source,", int64_t{2} << 30},
    {"test.csv", "source,", int64_t{256} << 20},
};

inline constexpr PublicFile kMazeHardFiles[] = {
    {"train.csv", "source,", int64_t{8} << 20},
    {"test.csv", "source,", int64_t{8} << 20},
};

inline constexpr int64_t kMostArcBytes = int64_t{32} << 20;

inline constexpr PublicFile kArc1Files[] = {
    {"arc-agi_training_challenges.json", "{", kMostArcBytes},
    {"arc-agi_training_solutions.json", "{", kMostArcBytes},
    {"arc-agi_evaluation_challenges.json", "{", kMostArcBytes},
    {"arc-agi_evaluation_solutions.json", "{", kMostArcBytes},
};

inline constexpr PublicFile kArc2Files[] = {
    {"arc-agi_training2_challenges.json", "{", kMostArcBytes},
    {"arc-agi_training2_solutions.json", "{", kMostArcBytes},
    {"arc-agi_evaluation2_challenges.json", "{", kMostArcBytes},
    {"arc-agi_evaluation2_solutions.json", "{", kMostArcBytes},
};

inline constexpr PublicFile kConceptArcFiles[] = {
    {"arc-agi_concept_challenges.json", "{", kMostArcBytes},
    {"arc-agi_concept_solutions.json", "{", kMostArcBytes},
};

// The commit of TRM that the project compares itself with; its copy of ARC is in Kaggle's form.
inline constexpr std::string_view kArcBase =
    "https://raw.githubusercontent.com/SamsungSAILMontreal/TinyRecursiveModels/"
    "e7b68717f0a6c4cbb4ce6fbef787b14f42083bd9/kaggle/combined/";

inline constexpr PublicSet kPublicSets[] = {
    {"sudoku-extreme", "3.8 million hard 9x9 Sudokus to train, 0.4 million to test",
     "https://huggingface.co/datasets/sapientinc/sudoku-extreme/resolve/main/",
     "trm-data build sudoku --train {0}/train.csv --test {0}/test.csv --subsample 1000 "
     "data/sudoku_extreme",
     kSudokuExtremeFiles},
    {"maze-hard", "1,000 mazes of 30x30 cells to train, 1,000 to test",
     "https://huggingface.co/datasets/sapientinc/maze-30x30-hard-1k/resolve/main/",
     "trm-data build maze --train {0}/train.csv --test {0}/test.csv data/maze_hard",
     kMazeHardFiles},
    {"arc-agi-1", "ARC-AGI-1: 400 tasks to train, 400 to test", kArcBase,
     "trm-data build arc --train {0}/arc-agi_training --test {0}/arc-agi_evaluation data/arc1",
     kArc1Files},
    {"arc-agi-2", "ARC-AGI-2: 1,000 tasks to train, 120 to test", kArcBase,
     "trm-data build arc --train {0}/arc-agi_training2 --test {0}/arc-agi_evaluation2 data/arc2",
     kArc2Files},
    {"concept-arc", "ConceptARC: 160 tasks more to train with", kArcBase, "", kConceptArcFiles},
};

}  // namespace trm::fetch
