#include "format/event_records.h"

#include <array>
#include <cstring>

#include "format/png.h"
#include "tests/catch.h"

namespace trm::format {
namespace {

std::string bytes_of(std::initializer_list<int> values) {
  std::string text;
  for (const int value : values) text += static_cast<char>(value);
  return text;
}

}  // namespace

TEST_CASE("the checksum of a record is the masked CRC-32C", "[unit]") {
  // RFC 3720, B.4, turned and moved as TFRecord says: ((c >> 15) | (c << 17)) + 0xa282ead8.
  const auto masked = [](uint32_t crc) { return ((crc >> 15) | (crc << 17)) + 0xa282ead8; };
  CHECK(masked_crc32c(std::string(32, '\0')) == masked(0x8a9136aa));
  CHECK(masked_crc32c(std::string(32, '\xff')) == masked(0x62a8ab43));
  std::string rising;
  for (int i = 0; i < 32; ++i) rising += static_cast<char>(i);
  CHECK(masked_crc32c(rising) == masked(0x46dd794e));
  CHECK(masked_crc32c("123456789") == masked(0xe3069283));
}

TEST_CASE("a scalar is an Event of protobuf's wire format", "[unit]") {
  const std::array<Scalar, 1> one = {Scalar{"a/b", 0.5}};
  const auto record = scalars_record(300, 1.5, one);
  const auto message = message_at(record, 0);
  REQUIRE(message);
  // wall_time 1.5, step 300, summary {value {tag "a/b", simple_value 0.5}}: encoded by hand.
  CHECK(*message ==
        bytes_of({0x09, 0,    0,    0,    0, 0,   0,   0xf8, 0x3f, 0x10, 0xac, 0x02, 0x2a,
                  0x0c, 0x0a, 0x0a, 0x0a, 3, 'a', '/', 'b',  0x15, 0,    0,    0,    0x3f}));
}

TEST_CASE("a record that is cut or changed anywhere is none", "[unit]") {
  const auto record = event_file_head(1.0) + yaml_record(3, 2.0, "config", "a: 1\n");
  size_t at = 0, records = 0;
  while (const auto message = message_at(record, at)) {
    at += message->size() + kFraming;
    ++records;
  }
  CHECK(records == 3);
  CHECK(at == record.size());
  const auto one = record_of("message");
  REQUIRE(message_at(one, 0) == "message");
  for (size_t i = 0; i < one.size(); ++i) {
    INFO(i);
    CHECK_FALSE(message_at(one.substr(0, i), 0));
    auto changed = one;
    changed[i] = static_cast<char>(changed[i] ^ 0x40);
    CHECK_FALSE(message_at(changed, 0));
  }
  CHECK_FALSE(message_at(one, one.size()));
  CHECK_FALSE(message_at(one, one.size() + 5));
}

TEST_CASE("an image is filled where it lies, and its PNG says its size", "[unit]") {
  Image image(4, 3, 0x102030);
  image.fill(-1, 1, 3, 9, 0xff0000);
  const auto pixel = [&](size_t x, size_t y) {
    return std::array<int, 3>{image.pixels[3 * (4 * y + x)], image.pixels[3 * (4 * y + x) + 1],
                              image.pixels[3 * (4 * y + x) + 2]};
  };
  CHECK(pixel(0, 0) == std::array<int, 3>{0x10, 0x20, 0x30});
  CHECK(pixel(1, 1) == std::array<int, 3>{0xff, 0, 0});
  CHECK(pixel(1, 2) == std::array<int, 3>{0xff, 0, 0});
  CHECK(pixel(2, 2) == std::array<int, 3>{0x10, 0x20, 0x30});
  const auto png = png_of(image);
  CHECK(png.starts_with("\x89PNG\r\n\x1a\n"));
  CHECK(png.substr(8, 16) == bytes_of({0, 0, 0, 13, 'I', 'H', 'D', 'R', 0, 0, 0, 4, 0, 0, 0, 3}));
  // The end of every PNG.
  CHECK(png.ends_with(bytes_of({0, 0, 0, 0, 'I', 'E', 'N', 'D', 0xae, 0x42, 0x60, 0x82})));
}

}  // namespace trm::format
