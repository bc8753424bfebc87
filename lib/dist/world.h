#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dist/launch.h"
#include "tensor/torch.h"

namespace trm::dist {

class Group;

// What a rank's own calls have cost so far.
struct Traffic {
  int64_t bytes_sent = 0;  // of tensors and texts, to other ranks
  double seconds = 0;      // in calls, waiting for slower ranks included; of CUDA tensors only what
                           // the host waits, since the device works on
};

// The ranks of a run, joined over the network: CPU tensors and texts by gloo, CUDA tensors by NCCL,
// on the current stream. All ranks make the same calls in the same order, from one thread, with
// tensors of one shape and type; a call waits until all ranks have made it, however long that takes
// while their processes live (dist/watch.h), and throws LostRank when one is lost or has failed.
// With one rank every call returns at once what it was given, and nothing of c10d is begun.
// The network is trusted: anyone who reaches the port can take part.
class World {
 public:
  static World alone();

  // Joins the ranks; all are there when it returns. `timeout` is how long ranks wait for one that
  // gives no sign of life, `to_meet` for one that does not come, where that is another time. Make
  // it early: from here on a message of a rank's failure is on the screen once, not once a rank. At
  // most one that is not alone at a time. Error when nobody answers, the port is taken, or the
  // build has no gloo; LostRank when others do not come.
  World(const Launch& launch, std::chrono::milliseconds timeout,
        std::optional<std::chrono::milliseconds> to_meet = {});
  // Waits for the other ranks, so that all leave together; not while an exception passes.
  ~World();
  World(World&&) noexcept;
  World& operator=(World&&) = delete;

  int rank() const { return rank_; }
  int ranks() const { return ranks_; }
  bool is_first() const { return rank_ == 0; }

  // Row r of `sent` [ranks, ...] goes to rank r, row r of `received` came from rank r. Both are
  // contiguous, of one shape and type on all ranks, and apart. Nothing is copied on the way: memory
  // that is kept from step to step is twice as fast as new memory, which the system has to clear.
  void exchange_into(const at::Tensor& received, const at::Tensor& sent);
  // Row r of `all` [ranks, ...], contiguous, becomes rank r's piece. A piece that is the rank's own
  // row of `all` already is not copied.
  void all_gather_into(const at::Tensor& all, const at::Tensor& piece);

  // The same with pieces, into new memory: result[r] came from rank r, as a view. Pieces that lie
  // one behind the other, as those of Tensor::chunk of a vector, go out from where they are.
  std::vector<at::Tensor> exchange(const std::vector<at::Tensor>& send);
  std::vector<at::Tensor> all_gather(const at::Tensor& piece);
  // Of any lengths.
  std::vector<std::string> all_gather_text(const std::string& text);
  // The text of rank `from`; what the others gave is not read.
  std::string broadcast_text(const std::string& text, int from = 0);
  // Returns when all ranks have come here. Waits for processes, not for devices.
  void barrier();

  const Traffic& traffic() const { return traffic_; }

 private:
  World();

  int rank_ = 0, ranks_ = 1;
  std::unique_ptr<Group> group_;
  Traffic traffic_;
};

// World::alone(), to be shared.
inline std::shared_ptr<World> one_process() { return std::make_shared<World>(World::alone()); }

}  // namespace trm::dist
