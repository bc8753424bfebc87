#pragma once

#include <string>
#include <utility>
#include <vector>

namespace trm::figure {

// Cells by rows, all of as many as there are heads. Text of any kind; columns of numbers stand
// right.
struct Table {
  std::string name;  // what it is, for who does not see it
  std::vector<std::string> heads;
  std::vector<std::vector<std::string>> rows;
};

// Pieces of a page. Where one is wider than the page, it scrolls in a box of its own.
std::string html_table(const Table& table);
std::string html_facts(const std::vector<std::pair<std::string, std::string>>& facts);
// What a reader must know; many of them behind a line that opens them.
std::string html_flags(const std::vector<std::string>& flags);
std::string html_note(const std::string& text);

// One file that needs nothing else, well-formed as XML too. `body`: of the pieces here, charts and
// headings; legends that are to stay in sight stand in a <div class="bar">, and in a
// <section class="switched"> its charts can be shown by groups. `own`: what a page needs beside
// the style and the script of all; std::logic_error where it would end its element.
struct PageParts {
  std::string style = {}, script = {};
};
std::string html_page(const std::string& title, const std::string& body, const PageParts& own = {});

}  // namespace trm::figure
