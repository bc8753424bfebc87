#pragma once

#include <span>
#include <string>

#include "format/png.h"

namespace trm::format {

struct GifFrame {
  Image image;
  double seconds;  // how long it is shown; from 0.02, less than which viewers take for more
};

// The bytes of a GIF file (version 89a) that shows frames of one size, of at most 65535 pixels a
// side, again and again. All frames have at most 256 colours together.
std::string gif_of(std::span<const GifFrame> frames);

}  // namespace trm::format
