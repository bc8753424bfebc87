#include "dist/node_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <regex>

#include "core/error.h"
#include "core/printable.h"

namespace trm::dist {
namespace {

// What a host's name may have, so that nothing else of a list gets any further.
bool is_name(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_';
  });
}

bool is_number(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::string first_node(std::string_view list, const std::string& name) {
  const auto fail = [&]() -> std::string {
    throw Error(name + ": '" + printable(list) +
                "' begins with no host; set MASTER_ADDR to the first rank's host");
  };
  std::string node;
  for (auto rest = list; !rest.empty() && rest.front() != ',';) {
    if (rest.front() != '[') {
      const auto plain = rest.substr(0, rest.find_first_of("[,"));
      if (!is_name(plain)) return fail();
      node += plain;
      rest.remove_prefix(plain.size());
      continue;
    }
    // Of a range the first number, with its zeros.
    const auto end = rest.find(']');
    if (end == std::string_view::npos) return fail();
    const auto first = rest.substr(1, rest.find_first_of("-,]") - 1);
    if (!is_number(first)) return fail();
    node += first;
    rest.remove_prefix(end + 1);
  }
  // The longest that a host's name can be; one that begins with a dash is nobody's.
  if (node.empty() || node.size() > 253 || node.front() == '-') return fail();
  return node;
}

int tasks_of_node(std::string_view list, int node, const std::string& name) {
  static const std::regex part("([0-9]{1,7})([(]x([0-9]{1,7})[)])?(,|$)");
  int before = 0;
  for (std::cmatch match; !list.empty(); list.remove_prefix(static_cast<size_t>(match.length()))) {
    if (!std::regex_search(list.data(), list.data() + list.size(), match, part,
                           std::regex_constants::match_continuous))
      break;
    before += match[3].matched ? std::stoi(match[3]) : 1;
    if (node < before) return std::max(1, std::stoi(match[1]));
  }
  throw Error(fmt::format("{}: '{}' says nothing of node {}; start the ranks with srun", name,
                          printable(list), node));
}

}  // namespace trm::dist
