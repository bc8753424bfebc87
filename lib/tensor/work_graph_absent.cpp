#include <stdexcept>

#include "tensor/work_graph.h"

namespace trm {

struct WorkGraph::Recording {};

WorkGraph::WorkGraph(const torch::Device& /*device*/) {
  throw std::logic_error("a graph of work: this build has no CUDA");
}
WorkGraph::~WorkGraph() = default;
WorkGraph::WorkGraph(WorkGraph&&) noexcept = default;
WorkGraph& WorkGraph::operator=(WorkGraph&&) noexcept = default;
void WorkGraph::run(const std::function<void()>& /*work*/) {}

}  // namespace trm
