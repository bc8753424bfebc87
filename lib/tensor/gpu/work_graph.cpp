#include "tensor/work_graph.h"

#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAException.h>
#include <c10/cuda/CUDAFunctions.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

#include <atomic>

#include "core/error.h"

namespace trm {
namespace {

namespace allocator = c10::cuda::CUDACachingAllocator;

// LibTorch numbers pools of its own graphs from 1 on, in either half.
c10::MempoolId_t new_pool() {
  static std::atomic<c10::CaptureId_t> next = c10::CaptureId_t{1} << 48;
  return {0, next++};
}

// What is allocated for a stream while this lives comes from a pool, which keeps it afterwards.
class AllocatesFrom {
 public:
  AllocatesFrom(c10::DeviceIndex device, c10::MempoolId_t pool, cudaStream_t stream)
      : device_(device), pool_(pool) {
    allocator::beginAllocateToPool(device, pool,
                                   [stream](cudaStream_t asked) { return asked == stream; });
  }
  ~AllocatesFrom() { allocator::endAllocateToPool(device_, pool_); }
  AllocatesFrom(const AllocatesFrom&) = delete;
  AllocatesFrom& operator=(const AllocatesFrom&) = delete;

 private:
  c10::DeviceIndex device_;
  c10::MempoolId_t pool_;
};

// What a stream is given while this lives is recorded and not run.
class Capture {
 public:
  explicit Capture(cudaStream_t stream) : stream_(stream) {
    // Of this thread alone: another may copy a checkpoint or pin a batch meanwhile.
    C10_CUDA_CHECK(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal));
  }
  ~Capture() {
    if (ended_) return;
    cudaGraph_t part = nullptr;
    cudaStreamEndCapture(stream_, &part);
    if (part != nullptr) cudaGraphDestroy(part);
    cudaGetLastError();  // what broke it off is told by the exception
  }
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;

  cudaGraph_t end() {
    ended_ = true;
    cudaGraph_t graph = nullptr;
    C10_CUDA_CHECK(cudaStreamEndCapture(stream_, &graph));
    return graph;
  }

 private:
  cudaStream_t stream_;
  bool ended_ = false;
};

}  // namespace

struct WorkGraph::Recording {
  explicit Recording(c10::DeviceIndex on) : device(on) {}
  ~Recording() {
    if (!has_pool) return;
    const c10::cuda::CUDAGuard guard(device);
    cudaDeviceSynchronize();
    if (launch != nullptr) cudaGraphExecDestroy(launch);
    allocator::releasePool(device, pool);
  }
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;

  void record(const std::function<void()>& work) {
    // The graph has all its memory to itself, so what the call before it needed goes back first.
    c10::cuda::device_synchronize();
    allocator::emptyCache();
    const auto stream = c10::cuda::getStreamFromPool(/*isHighPriority=*/false, device);
    const c10::cuda::CUDAStreamGuard on(stream);
    const AllocatesFrom own(device, pool, stream.stream());
    has_pool = true;
    Capture capture(stream.stream());
    work();
    const auto graph = capture.end();
    const auto code = cudaGraphInstantiate(&launch, graph, 0);
    cudaGraphDestroy(graph);
    C10_CUDA_CHECK(code);
  }

  c10::DeviceIndex device;
  c10::MempoolId_t pool = new_pool();
  cudaGraphExec_t launch = nullptr;
  bool was_queued = false, has_pool = false;
};

WorkGraph::WorkGraph(const torch::Device& device) {
  if (!device.is_cuda()) throw std::logic_error("a graph of work: " + device.str());
  recording_ = std::make_unique<Recording>(device.index());
}
WorkGraph::~WorkGraph() = default;
WorkGraph::WorkGraph(WorkGraph&&) noexcept = default;
WorkGraph& WorkGraph::operator=(WorkGraph&&) noexcept = default;

void WorkGraph::run(const std::function<void()>& work) {
  auto& r = *recording_;
  const c10::cuda::CUDAGuard guard(r.device);
  if (!r.was_queued) {
    work();
    r.was_queued = true;
    return;
  }
  if (r.launch == nullptr) {
    // The work was done once, so that what fails now fails for being recorded, whoever noticed it;
    // or for want of memory, of which callers know more.
    const auto refuse = [](const std::string& why) {
      throw Error("train.graph: a step could not be recorded: " + why + "; set train.graph=off");
    };
    try {
      r.record(work);
    } catch (const c10::OutOfMemoryError&) {
      throw;
    } catch (const c10::Error& error) {
      refuse(error.what_without_backtrace());
    } catch (const std::exception& error) {
      refuse(error.what());
    }
  }
  C10_CUDA_CHECK(cudaGraphLaunch(r.launch, c10::cuda::getCurrentCUDAStream(r.device).stream()));
}

}  // namespace trm
