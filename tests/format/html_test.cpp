#include "format/html.h"

#include "tests/catch.h"

namespace trm::format {

TEST_CASE("text in a page is no markup, in an attribute neither", "[unit]") {
  CHECK(escaped_for_html("a<b> & \"c\" 'd'") == "a&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;");
  CHECK(escaped_for_html("5\xc2\xb1"
                         "1 \xe6\x95\xb0") ==
        "5\xc2\xb1"
        "1 \xe6\x95\xb0");
}

TEST_CASE("what is no text does not spoil a page", "[unit]") {
  using namespace std::string_view_literals;
  CHECK(escaped_for_html("a\0b\x1b[31m\x7f\n"sv) == "a?b?[31m?\n");
  CHECK(escaped_for_html("a\xff\xc3(") == "a\xef\xbf\xbd\xef\xbf\xbd(");
  CHECK(escaped_for_html("\xef\xbf\xbe|\xef\xbf\xbf|\xef\xbf\xbc") ==
        "\xef\xbf\xbd|\xef\xbf\xbd|\xef\xbf\xbc");
}

}  // namespace trm::format
