#include "figure/style.h"

#include <fmt/format.h>

#include <span>

#include "figure/legend.h"

namespace trm::figure {
namespace {

constexpr const char* kStyle = R"(
:root { color-scheme: light dark; --ink: #1d2026; --soft: #565d68; --rule: #d9dde3; --box: #f4f6f8; --alarm: #a33a00; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8eaee; --soft: #a6adb8; --rule: #363b44; --box: #20242b; --alarm: #ffb28a; }
}
* { box-sizing: border-box; }
body { background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 1400px; padding: 16px; }
h1 { font-size: 24px; line-height: 1.25; margin: 8px 0; }
h2 { border-top: 1px solid var(--rule); font-size: 20px; margin: 40px 0 12px; padding-top: 16px; }
h1, p, li, dd { overflow-wrap: anywhere; }
p { margin: 8px 0; max-width: 80ch; }
.note { color: var(--soft); font-size: 14px; }
dl { display: grid; gap: 2px 16px; grid-template-columns: max-content minmax(0, 1fr); margin: 16px 0; }
dt { color: var(--soft); }
dd { margin: 0; }
.flags { border-left: 4px solid var(--alarm); list-style: none; margin: 16px 0; padding: 0 0 0 12px; }
summary { color: var(--alarm); cursor: pointer; }
.scroll { margin: 12px 0; overflow-x: auto; }
table { border-collapse: collapse; font-size: 14px; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid var(--rule); padding: 4px 16px 4px 0; text-align: left; vertical-align: top; white-space: nowrap; }
th { color: var(--soft); font-weight: 600; }
td.wide { min-width: 30em; overflow-wrap: anywhere; white-space: normal; }
.number { text-align: right; }
.bar { background: var(--page); max-height: 40vh; overflow-y: auto; padding: 8px 0; position: sticky; top: 0; z-index: 2; }
.legend { display: flex; flex-wrap: wrap; font-size: 14px; gap: 4px 20px; list-style: none; margin: 0; padding: 0; }
.key { height: 10px; margin-right: 6px; width: 24px; }
.switch { display: flex; flex-wrap: wrap; margin-bottom: 8px; }
.switch button { background: var(--box); border: 1px solid var(--rule); color: var(--ink); cursor: pointer; font: inherit; font-size: 14px; margin-right: -1px; padding: 6px 12px; }
.switch button[aria-pressed=true] { background: var(--ink); border-color: var(--ink); color: var(--page); }
.charts { display: grid; gap: 24px; grid-template-columns: repeat(auto-fill, minmax(min(100%, 380px), 1fr)); }
.chart { margin: 0; min-width: 0; position: relative; }
.chart[hidden] { display: none; }
figcaption { font-weight: 600; overflow-wrap: anywhere; }
svg { display: block; height: auto; overflow: visible; touch-action: pan-y; width: 100%; }
.legend svg { display: inline-block; vertical-align: middle; }
text { fill: var(--ink); font: 13px system-ui, sans-serif; }
.tick, .name { fill: var(--soft); }
.grid { stroke: var(--rule); }
.axis { stroke: var(--soft); }
.line, .lead { fill: none; stroke: var(--curve); stroke-linejoin: round; stroke-width: 2; }
.dashed .line { stroke-dasharray: 7 3; }
.line.few { opacity: .7; stroke-dasharray: 2 4; }
.lead { opacity: .5; stroke-dasharray: 2 2; stroke-width: 1; }
.stub { stroke: var(--curve); stroke-width: 3; }
.stub.dashed { stroke-dasharray: 4 2; }
.band { fill: var(--curve); opacity: .16; }
circle { fill: var(--curve); }
.whisker { stroke: var(--ink); stroke-width: 1.5; }
rect.filled { fill: var(--curve); opacity: .8; }
.cross { stroke: var(--soft); stroke-dasharray: 3 3; }
.tip { background: var(--box); border: 1px solid var(--rule); font-size: 13px; left: 0; max-width: 100%; padding: 6px 8px; pointer-events: none; position: absolute; top: 100%; z-index: 3; }
.tip div { overflow-wrap: anywhere; }
.tip b { color: var(--curve); }
@media print { .bar { position: static; } .switch { display: none; } }
)";

constexpr const char* kScript = R"(
'use strict';
for (const section of document.querySelectorAll('section.switched')) {
  const figures = [...section.querySelectorAll('.chart')];
  const groups = [...new Set(figures.map(figure => figure.dataset.group))];
  if (groups.length === 1) continue;
  const row = document.createElement('div');
  row.className = 'switch';
  row.setAttribute('role', 'group');
  row.setAttribute('aria-label', 'what curves are drawn against');
  const show = name => {
    for (const figure of figures) figure.hidden = name !== 'all' ? figure.dataset.group !== name : false;
    for (const button of row.children) button.setAttribute('aria-pressed', button.dataset.group === name);
  };
  for (const name of ['all', ...groups]) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = name;
    button.dataset.group = name;
    button.addEventListener('click', () => show(name));
    row.append(button);
  }
  section.querySelector('.bar').prepend(row);
  show(matchMedia('(max-width: 800px)').matches ? groups[0] : 'all');
}
for (const figure of document.querySelectorAll('.chart')) {
  const svg = figure.querySelector('svg');
  const curves = [...svg.querySelectorAll('.curve')].map(group => ({
    name: group.dataset.name, style: group.getAttribute('class'), points: JSON.parse(group.dataset.points)}));
  for (const title of svg.querySelectorAll('title')) title.remove();
  if (curves.length === 0) continue;
  const left = Number(svg.dataset.left), right = Number(svg.dataset.right);
  const make = (name, values) => {
    const node = document.createElementNS(svg.namespaceURI, name);
    for (const [key, value] of Object.entries(values)) node.setAttribute(key, value);
    return node;
  };
  let marks = null, tip = null;
  const leave = () => {
    if (marks) marks.remove();
    if (tip) tip.remove();
    marks = tip = null;
  };
  const read = event => {
    leave();
    const box = svg.getBoundingClientRect();
    const at = Math.min(right, Math.max(left, (event.clientX - box.left) * svg.viewBox.baseVal.width / box.width));
    const near = curves.flatMap(curve => {
      if (curve.points.length === 0) return [];
      const distance = point => Math.abs(point[0] - at);
      const point = curve.points.reduce((best, other) => distance(best) > distance(other) ? other : best);
      return [{curve, point}];
    });
    if (near.length === 0) return;
    near.sort((a, b) => a.point[1] - b.point[1]);
    marks = make('g', {});
    marks.append(make('line', {class: 'cross', x1: at, x2: at, y1: svg.dataset.top, y2: svg.dataset.bottom}));
    tip = document.createElement('div');
    tip.className = 'tip';
    const places = new Set(near.map(({point}) => point[2]));
    if (places.size === 1) tip.append('at ' + near[0].point[2]);
    for (const {curve, point} of near) {
      marks.append(make('circle', {class: curve.style, cx: point[0], cy: point[1], r: 4}));
      const line = document.createElement('div');
      line.className = curve.style;
      const name = document.createElement('b');
      name.textContent = curve.name;
      line.append(name, ' ' + point[3] + (places.size === 1 ? '' : ' at ' + point[2]));
      tip.append(line);
    }
    svg.append(marks);
    figure.append(tip);
  };
  svg.addEventListener('pointermove', read);
  svg.addEventListener('pointerdown', read);
  figure.addEventListener('pointerleave', leave);
}
)";

// "--page: #ffffff; --c0: #0060a8; ...".
std::string variables(uint32_t page, std::span<const uint32_t> colours) {
  auto text = fmt::format("--page: #{:06x};", page);
  for (size_t i = 0; i < colours.size(); ++i)
    text += fmt::format(" --c{}: #{:06x};", i, colours[i]);
  return text;
}

static_assert(std::size(kLight) == kColours && std::size(kDark) == kColours);

}  // namespace

std::string style() {
  auto text =
      fmt::format("\n:root {{ {} }}\n@media (prefers-color-scheme: dark) {{ :root {{ {} }} }}\n",
                  variables(kLightPage, kLight), variables(kDarkPage, kDark));
  for (size_t i = 0; i < kColours; ++i)
    text += fmt::format(".c{0} {{ --curve: var(--c{0}); }} ", i);
  return text + kStyle;
}

std::string script() { return kScript; }

}  // namespace trm::figure
