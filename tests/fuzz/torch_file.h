#pragma once

#include <set>

#include "format/torch_file.h"
#include "tests/format/torch_file_builder.h"
#include "tests/fuzz/subject.h"
#include "tests/scratch_folder.h"

namespace trm {

// Files in files: a state dict alone, and as a training program wraps it.
inline std::string wrapped_state_dict() {
  using namespace pickle;
  const auto weights =
      ordered_dict() + "(" + text("matrix") + matrix() + text("vector") + vector() + "u";
  const auto arguments = global("argparse", "Namespace") + ")\x81" +
                         dict(text("lr") + "G\x3f\xf0" + std::string(6, '\0')) + "b";
  return kProtocol2 +
         dict(text("model_state_dict") + "q\x01" + weights + text("step") + integer(90) +
              text("optimizer") + dict(integer(0) + dict(text("exp_avg") + vector())) +
              text("args") + arguments + text("rng") + "C\x02xx" + text("names") + "](h\x01h\x01" +
              "e") +
         ".";
}

inline Subject torch_file_subject() {
  return {{zip_of(torch_pieces()), zip_of(torch_pieces(wrapped_state_dict()), 1),
           zip_of({{"a/data.pkl", pickle::kProtocol2 + "}."}}, 1)},
          {"PK\x01\x02", "PK\x03\x04", "PK\x05\x06", "PK\x06\x06", "data.pkl", "data/0", "archive/",
           "byteorder", "little"},
          [scratch = std::make_shared<ScratchFolder>()](const std::string& bytes) {
            const auto file = format::TorchFile::open(scratch->file("x.pt", bytes));
            std::set<std::string> storages;
            for (const auto& dict : file.state_dicts()) {
              for (const auto& tensor : dict.tensors) storages.insert(tensor.storage);
            }
            for (const auto& storage : storages) file.read_storage(storage);
          }};
}

}  // namespace trm
