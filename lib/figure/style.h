#pragma once

#include <cstdint>
#include <string>

namespace trm::figure {

// The colours of curves on a light and on a dark page, as 0xrrggbb: chosen so that any two lie far
// apart in CIELAB for each kind of colour blindness as well (at least 23, as Machado 2009 models
// them), and with a contrast of at least 3 to the page (WCAG 2, of graphics).
inline constexpr uint32_t kLightPage = 0xffffff, kDarkPage = 0x16181d;
inline constexpr uint32_t kLight[] = {0x4062d0, 0xcd7f00, 0x739c76, 0x891b6b,
                                      0x614802, 0x089dc6, 0x07011e, 0x391100};
inline constexpr uint32_t kDark[] = {0x1c85f6, 0xe84d27, 0x4fe999, 0xb36b9d,
                                     0xfff24c, 0x96c8ff, 0xf1faff, 0xb84a5c};

// What stands between <style> and </style>, and between <script> and </script>. The script reads
// values under a pointer and shows the charts of one group alone; without it a page shows all.
std::string style();
std::string script();

}  // namespace trm::figure
