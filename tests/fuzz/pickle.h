#pragma once

#include "tests/fuzz/torch_file.h"

namespace trm {

// The pickle of such a file, in an archive whose checksums are right.
inline Subject pickle_subject() {
  using namespace pickle;
  auto subject = torch_file_subject();
  return {{two_tensors(), wrapped_state_dict(),
           kProtocol2 + "\x95" + std::string(8, '\0') + ordered_dict() + "\x94" + "."},
          {text("x"),
           integer(1),
           global("torch", "LongStorage"),
           ordered_dict(),
           matrix(),
           tuple({2, 3}),
           "}",
           "]",
           "(",
           "t",
           "u",
           "e",
           "s",
           "a",
           "q\x01",
           "h\x01",
           "h\x02",
           "\x94",
           "\x81",
           "\x92",
           "b",
           "R",
           "Q",
           "2",
           "0",
           "1",
           "\x8f(",
           "\x90",
           "\x91",
           "(\x91",
           "\x93",
           ".",
           global("os", "system"),
           global("builtins", "set")},
          [subject](const std::string& bytes) { subject.read(zip_of(torch_pieces(bytes), 1)); }};
}

}  // namespace trm
