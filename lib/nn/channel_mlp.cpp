#include "nn/channel_mlp.h"

namespace trm::nn {

ChannelMlp::ChannelMlp(double expansion, const MixerShape& shape, Initializer& init)
    : tokens_(shape.tokens), mix_(shape.width, expansion, kernels::Axis::kChannels, init) {
  // The SwiGLU's weights are this one's own: one level of names, as the reference has it.
  for (const auto& child : mix_.named_children()) register_module(child.key(), child.value());
}

}  // namespace trm::nn
