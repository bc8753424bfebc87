#include "format/pickle.h"

#include "format/pickle_global.h"
#include "format/pickle_stack.h"

namespace trm::format {
namespace {

// The machine: reads one opcode after the other. The names of opcodes are those of Python's
// pickletools.
class Machine {
 public:
  explicit Machine(PickleInput& input) : in_(input), stack_(input) {}

  StateDicts run() {
    for (auto opcode = in_.opcode(); opcode != '.'; opcode = in_.opcode()) {
      if (!number(opcode) && !bytes(opcode) && !container(opcode) && !memory(opcode) &&
          !object(opcode)) {
        in_.fail("opcode " + std::to_string(static_cast<unsigned char>(opcode)) +
                 ", which a state dict does not need, is refused");
      }
    }
    return state_dicts_from(stack_.pop(), in_);
  }

 private:
  // Each of these knows some opcodes; false on others.
  bool number(char opcode) {
    switch (opcode) {
      case 'N':
        return push(PickleNone{});
      case '\x88':
        return push(true);
      case '\x89':
        return push(false);
      case 'K':
        return push(int64_t{in_.number<uint8_t>()});
      case 'M':
        return push(int64_t{in_.number<uint16_t>()});
      case 'J':
        return push(int64_t{in_.number<int32_t>()});
      case '\x8a':
        return push(in_.long_integer());
      case '\x8b':
        return skip(in_.number<uint32_t>(), "a long integer");
      case 'G':
        in_.take(8);
        return push(0.0);  // a float has no part in a state dict
      default:
        return false;
    }
  }

  bool bytes(char opcode) {
    switch (opcode) {
      case 'X':
        return text(in_.number<uint32_t>());
      case '\x8c':
        return text(in_.number<uint8_t>());
      case '\x8d':
        return text(in_.number<uint64_t>());
      case 'B':
      case 'T':
        return skip(in_.number<uint32_t>(), "bytes");
      case 'C':
      case 'U':
        return skip(in_.number<uint8_t>(), "bytes");
      case '\x8e':
      case '\x96':
        return skip(in_.number<uint64_t>(), "bytes");
      default:
        return false;
    }
  }

  bool container(char opcode) {
    switch (opcode) {
      case ')':
      case ']':
        return list({});
      case '\x85':
        return list(stack_.pop_many(1));
      case '\x86':
        return list(stack_.pop_many(2));
      case '\x87':
        return list(stack_.pop_many(3));
      case 't':
        return list(stack_.pop_to_mark());
      case 'a':
        return stack_.append(stack_.pop_many(1)), true;
      case 'e':
        return stack_.append(stack_.pop_to_mark()), true;
      case '}':
        return push(std::make_shared<PickleDict>());
      case 's':
        return stack_.set_items(stack_.pop_many(2)), true;
      case 'u':
        return stack_.set_items(stack_.pop_to_mark()), true;
      case '\x8f':  // EMPTY_SET
        return stack_.push_other("a set"), true;
      case '\x90':  // ADDITEMS
        return stack_.pop_to_mark(), true;
      case '\x91':  // FROZENSET
        return stack_.pop_to_mark(), stack_.push_other("a set"), true;
      default:
        return false;
    }
  }

  bool memory(char opcode) {
    switch (opcode) {
      case '(':
        return stack_.mark(), true;
      case '0':
        return stack_.pop(), true;
      case '1':
        return stack_.pop_to_mark(), true;
      case '2':
        return push(PickleValue(stack_.top()));
      case 'q':
        return stack_.remember(in_.number<uint8_t>()), true;
      case 'r':
        return stack_.remember(in_.number<uint32_t>()), true;
      case '\x94':
        return stack_.remember_next(), true;
      case 'h':
        return stack_.recall(in_.number<uint8_t>()), true;
      case 'j':
        return stack_.recall(in_.number<uint32_t>()), true;
      default:
        return false;
    }
  }

  bool object(char opcode) {
    switch (opcode) {
      case '\x80':
        return protocol();
      case '\x95':  // FRAME: a hint for reading ahead
        return in_.take(8), true;
      case 'c':
        return named_global();
      case '\x93':
        return stacked_global();
      case 'Q':
        return push(storage_from(stack_.pop(), in_));
      case '\x92':  // NEWOBJ_EX: with a dict of arguments by name
        stack_.pop();
        return call();
      case '\x81':  // NEWOBJ
      case 'R':
        return call();
      case 'b':
        return build();
      default:
        return false;
    }
  }

  bool push(PickleValue value) { return stack_.push(std::move(value)), true; }
  bool list(std::vector<PickleValue> items) { return stack_.push_list(std::move(items)), true; }
  bool text(uint64_t length) { return stack_.push_text(in_.text(length)), true; }
  bool skip(uint64_t length, const char* what) {
    in_.take(length);
    return stack_.push_other(what), true;
  }
  bool protocol() {
    const int version = in_.number<uint8_t>();
    if (version < 2 || version > 5) in_.fail("pickle protocol " + std::to_string(version));
    return true;
  }
  bool named_global() {
    const auto module = in_.line();
    return push(global_named(module, in_.line(), in_));
  }
  bool stacked_global() {
    const auto names = stack_.pop_many(2);
    const auto* module = std::get_if<PickleText>(&names[0]);
    const auto* name = std::get_if<PickleText>(&names[1]);
    if (!module || !name) in_.fail("a global without a name");
    return push(global_named(**module, **name, in_));
  }
  bool call() {
    const auto arguments = stack_.pop();
    return push(call_global(stack_.pop(), arguments, in_));
  }
  // The attributes of an ordered dict (_metadata: the version of each module) say nothing to us.
  bool build() {
    const auto state = stack_.pop();
    if (std::holds_alternative<PickleOther>(stack_.top())) return true;
    const auto* dict = std::get_if<std::shared_ptr<PickleDict>>(&stack_.top());
    if (!dict || !(*dict)->ordered) in_.fail("attributes for " + kind_of(stack_.top()));
    if (!std::holds_alternative<std::shared_ptr<PickleDict>>(state)) {
      in_.fail("attributes that are not a dict");
    }
    return true;
  }

  PickleInput& in_;
  PickleStack stack_;
};

}  // namespace

StateDicts read_state_dicts(std::span<const std::byte> pickle, const std::string& where) {
  PickleInput input(pickle, where);
  return Machine(input).run();
}

}  // namespace trm::format
