#include "nn/swiglu_mixer.h"

namespace trm::nn {

SwiGluMixer::SwiGluMixer(kernels::Axis axis, std::string_view prefix, double expansion,
                         const MixerShape& shape, Initializer& init)
    : axis_(axis),
      prefix_(prefix),
      others_(axis == kernels::Axis::kChannels ? shape.tokens : shape.width),
      mix_(axis == kernels::Axis::kChannels ? shape.width : shape.tokens, expansion, axis, init) {
  mix_.pack_for(shape.width);
  // The SwiGLU's weights are this one's own: one level of names, as the reference has it.
  for (const auto& child : mix_.named_children()) register_module(child.key(), child.value());
}

}  // namespace trm::nn
