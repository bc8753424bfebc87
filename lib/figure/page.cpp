#include "figure/page.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "figure/style.h"
#include "format/html.h"

namespace trm::figure {
namespace {

using format::escaped_for_html;

constexpr size_t kWide = 60;  // bytes from which a cell is broken into lines

bool is_number(const std::string& cell) {
  return cell.find_first_of("0123456789") != std::string::npos &&
         std::string_view("0123456789+-<").find(cell[0]) != std::string_view::npos;
}

bool holds(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

std::string row_of(const char* tag, const std::vector<std::string>& cells,
                   const std::vector<bool>& numbers) {
  std::string text = "<tr>";
  for (size_t i = 0; i < cells.size(); ++i) {
    const char* style = numbers[i]                 ? " class=\"number\""
                        : cells[i].size() >= kWide ? " class=\"wide\""
                                                   : "";
    text += fmt::format("<{0}{1}>{2}</{0}>", tag, style, escaped_for_html(cells[i]));
  }
  return text + "</tr>\n";
}

}  // namespace

std::string html_table(const Table& table) {
  std::vector<bool> numbers;
  for (size_t i = 0; i < table.heads.size(); ++i) {
    bool any = false, all = true;
    for (const auto& row : table.rows) {
      any = any || !row[i].empty();
      all = all && (row[i].empty() || is_number(row[i]));
    }
    numbers.push_back(any && all);
  }
  auto text = fmt::format(
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\"><table>\n<thead>{}"
      "</thead>\n<tbody>\n",
      escaped_for_html(table.name), row_of("th", table.heads, numbers));
  for (const auto& row : table.rows) text += row_of("td", row, numbers);
  return text + "</tbody></table></div>\n";
}

std::string html_facts(const std::vector<std::pair<std::string, std::string>>& facts) {
  std::string text;
  for (const auto& [name, value] : facts) {
    text +=
        fmt::format("<dt>{}</dt><dd>{}</dd>\n", escaped_for_html(name), escaped_for_html(value));
  }
  return text.empty() ? "" : "<dl>\n" + text + "</dl>\n";
}

std::string html_flags(const std::vector<std::string>& flags) {
  constexpr size_t kFew = 6;
  if (flags.empty()) return "";
  std::string text = "<ul class=\"flags\">\n";
  for (const auto& flag : flags) text += fmt::format("<li>{}</li>\n", escaped_for_html(flag));
  text += "</ul>\n";
  if (flags.size() <= kFew) return text;
  return fmt::format("<details><summary>{} remarks on runs</summary>\n{}</details>\n", flags.size(),
                     text);
}

std::string html_note(const std::string& text) {
  return fmt::format("<p class=\"note\">{}</p>\n", escaped_for_html(text));
}

std::string html_page(const std::string& title, const std::string& body, const PageParts& own) {
  const bool markup = own.style.find_first_of("<&") != std::string::npos;
  if (markup || holds(own.script, "</") || holds(own.script, "<!--") || holds(own.script, "]]>"))
    throw std::logic_error("a style or a script that ends its own element");
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n"
      "<meta charset=\"utf-8\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
      "<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n{}"
      "<script>/*<![CDATA[*/{}/*]]>*/</script>\n</body>\n</html>\n",
      escaped_for_html(title), style() + own.style, body, script() + own.script);
}

}  // namespace trm::figure
