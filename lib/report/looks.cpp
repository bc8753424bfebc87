#include "report/looks.h"

#include <algorithm>
#include <cmath>

namespace trm::report {
namespace {

using data::Picture;
using data::Token;

std::vector<uint32_t> colours_of(const Picture& picture) {
  std::vector<uint32_t> colours;
  for (const auto& cell : picture.cells) colours.push_back(cell.colour);
  return colours;
}

}  // namespace

Looks looks_of(const data::Task& task, size_t cells, const std::set<Token>& tokens) {
  std::map<Token, Picture> pictures;
  Looks all;
  for (const auto token : tokens) {
    auto picture = task.picture(std::vector<Token>(cells, token));
    // A smaller one leaves cells out: such tokens are no part of a picture.
    if (static_cast<size_t>(picture.rows * picture.columns) < cells) picture.cells.clear();
    if (!picture.cells.empty()) {
      all.rows = picture.rows;
      all.columns = picture.columns;
    }
    pictures.emplace(token, std::move(picture));
  }
  if (all.rows == 0) {
    all.columns = std::max<int64_t>(1, std::lround(std::ceil(std::sqrt(cells))));
    all.rows = (static_cast<int64_t>(cells) + all.columns - 1) / all.columns;
  }
  // Whether all boards have the same colours; of one board nobody can tell.
  std::optional<std::vector<uint32_t>> paper;
  bool same = true;
  size_t seen = 0;
  for (const auto& [token, picture] : pictures) {
    if (picture.cells.empty()) continue;
    const auto colours = colours_of(picture);
    same = same && (!paper || *paper == colours);
    paper = colours;
    ++seen;
  }
  same = same && seen > 1;
  for (const auto& [token, picture] : pictures) {
    Look look{.token = token, .there = !picture.cells.empty(), .kept = task.keeps(token)};
    if (look.there) {
      look.text = picture.cells[0].text;
      if (!same) look.colour = picture.cells[0].colour;
    }
    all.looks.push_back(look);
  }
  if (!same) return all;
  std::vector<uint32_t> shades;
  for (size_t i = 0; i < cells; ++i) {
    auto found = std::find(shades.begin(), shades.end(), (*paper)[i]);
    if (found == shades.end()) found = shades.insert(shades.end(), (*paper)[i]);
    all.shades.push_back(static_cast<int>(found - shades.begin()));
  }
  if (shades.size() < 2) all.shades.clear();
  return all;
}

}  // namespace trm::report
