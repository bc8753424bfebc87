#pragma once

#include <string>

#include "core/error.h"

namespace trm::dist {

// What happens when something happens to a rank, from the moment that its World stands:
// - Each rank gives a sign of life several times a second, from a thread of its own, through the
//   store at the launch's address. So a rank that computes, writes or waits for hours is alive, and
//   one that was killed, stopped (SIGSTOP) or cut off is not.
// - A rank that fails says so to all by report_failure(). A rank whose connection breaks is lost
//   about a second later, one that gives no sign for most of `timeout` is lost then.
// - That is on the screen once, as "error: ..." of whichever rank found out first (where the store
//   is lost with its host: once on each host that is left).
// - On the other ranks the World's calls throw LostRank; a rank that is in none, or hangs in it,
//   is ended by a thread of its own some seconds later, after whatever FinishFirst protects. Within
//   `timeout` of what happened no rank runs.

// Thrown by a World's calls on ranks that have not failed themselves. The message has been shown:
// who catches it prints nothing and ends with code().
class LostRank : public Error {
 public:
  LostRank(const std::string& text, int code) : Error(text), code_(code) {}
  // That of the rank that failed; kLostCode where one was lost.
  int code() const { return code_; }

 private:
  int code_;
};

// Try again: neither the user's mistake nor ours.
inline constexpr int kLostCode = 75;

// For the end of a program that has failed: shows "error: rank 1 on nodeA: message" unless another
// rank has shown its own, and ends the other ranks with `code`. False, and nothing is done, where
// the process is no rank of a World: the caller shows its message itself.
// Waits up to two seconds for the others to take note, where this rank serves the store.
bool report_failure(const std::string& message, int code);

}  // namespace trm::dist
