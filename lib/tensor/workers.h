#pragma once

#include <cstdint>
#include <functional>

#include "tensor/device.h"

namespace trm {

// How many workers `items` parts of a batch have: threads of a processor, one thread each, or the
// one device.
int64_t workers_for(const Compute& compute, int64_t items);

// f(worker, item) for every item of [0, items), taken in order by whoever is free. Inside f
// LibTorch computes by one thread, also where there is one worker, so that an item's bits are the
// same for every number of workers. f must not touch what another item writes. The first error is
// thrown here once all workers have stopped. On a GPU the items come one after another in this
// thread.
void for_each_item(const Compute& compute, int64_t items,
                   const std::function<void(int64_t worker, int64_t item)>& f);

}  // namespace trm
