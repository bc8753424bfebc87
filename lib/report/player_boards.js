// Boards of the player: the rows of cells in the JSON of #player-data (player.cpp writes it), and their
// drawings.
const playerBoards = (() => {
  const data = JSON.parse(document.getElementById('player-data').textContent);
  const size = data.rows * data.columns;

  // ---- Reading

  const number = (text, at, digits) => text[at] === '-' ? -1 : parseInt(text.slice(at, at + digits), 36);
  function row(text, digits) {
    const values = [];
    for (let at = 0; at < text.length; at += digits) values.push(number(text, at, digits));
    return values;
  }
  // Rows of which each is told by what differs from the one before.
  function rows(codes, digits) {
    let values = [];
    return codes.map(code => {
      if (code[0] === '=') return values = row(code.slice(1), digits);
      values = values.slice();
      for (let at = 0; at < code.length; at += data.cellDigits + digits)
        values[number(code, at, data.cellDigits)] = number(code, at + data.cellDigits, digits);
      return values;
    });
  }
  const paper = row(data.paper, 1);
  const look = token => token < 0 ? null : data.looks[token];
  const drawn = token => token >= 0 && !data.looks[token].none;
  function opened(puzzle) {
    puzzle.frames = puzzle.frames || rows(puzzle.answers, data.tokenDigits);
    puzzle.shades = puzzle.shades || rows(puzzle.confidence || [], 1);
    puzzle.question = puzzle.question || row(puzzle.input, data.tokenDigits);
    puzzle.solution = puzzle.solution || row(puzzle.label, data.tokenDigits);
    return puzzle;
  }

  // ---- Making elements

  function make(tag, values, ...children) {
    const node = document.createElement(tag);
    for (const [key, value] of Object.entries(values || {})) {
      if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
      else if (value !== false && value != null) node.setAttribute(key, value === true ? '' : value);
    }
    node.append(...children);
    return node;
  }
  function draw(tag, values, ...children) {
    const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
    for (const [key, value] of Object.entries(values || {})) node.setAttribute(key, value);
    node.append(...children);
    return node;
  }

  // ---- Boards

  // The smallest rectangle around what all of these rows draw.
  function boxOf(all) {
    let top = data.rows, left = data.columns, bottom = 0, right = 0;
    for (const values of all) {
      values.forEach((token, cell) => {
        if (!drawn(token)) return;
        const r = Math.floor(cell / data.columns), c = cell % data.columns;
        top = Math.min(top, r), bottom = Math.max(bottom, r + 1);
        left = Math.min(left, c), right = Math.max(right, c + 1);
      });
    }
    return top < bottom ? {top, left, bottom, right} : {top: 0, left: 0, bottom: 1, right: 1};
  }

  // A board whose cells show(values, style) sets; style: of a cell its classes and strength, 0 to 1.
  function boardOf(name, box) {
    const width = box.right - box.left, height = box.bottom - box.top;
    const svg = draw('svg', {viewBox: `-0.05 -0.05 ${width + .1} ${height + .1}`, role: 'img'});
    const cells = [];
    for (let r = box.top; r < box.bottom; ++r) {
      for (let c = box.left; c < box.right; ++c) {
        const index = r * data.columns + c;
        if (index >= size) continue;
        const parts = {
          index,
          paper: draw('rect', {class: `paper p${(paper[index] || 0) % 2}`, width: 1, height: 1}),
          fill: draw('rect', {class: 'fill', width: 1, height: 1}),
          text: draw('text', {x: .5, y: .5, dy: '.35em', 'text-anchor': 'middle'}),
        };
        parts.group = draw('g', {transform: `translate(${c - box.left} ${r - box.top})`}, parts.paper, parts.fill, parts.text,
          draw('rect', {class: 'wrong-halo', x: .11, y: .11, width: .78, height: .78}),
          draw('rect', {class: 'wrong-mark', x: .11, y: .11, width: .78, height: .78}),
          draw('rect', {class: 'missing-mark', x: .12, y: .12, width: .76, height: .76}),
          draw('path', {class: 'changed-mark', d: 'M1 0L.62 0L1 .38Z'}));
        cells.push(parts);
      }
    }
    svg.append(...cells.map(cell => cell.group));
    function show(values, style) {
      svg.setAttribute('aria-label', `${name}, ${height} rows of ${width} cells${spoken(values, box)}`);
      for (const cell of cells) {
        const token = values[cell.index], its = look(token);
        const {classes = '', strength = 1} = style ? style(cell.index) : {};
        cell.group.setAttribute('class', `cell ${drawn(token) ? '' : 'none '}${classes}`);
        cell.text.textContent = its && its.text || '';
        cell.fill.setAttribute('fill', its && its.colour || 'none');
        cell.fill.setAttribute('opacity', strength);
        cell.text.setAttribute('opacity', strength);
        cell.text.style.fill = its && its.ink || '';
      }
    }
    return {figure: make('figure', {}, make('figcaption', {}, name), svg), show};
  }
  // What a reader who sees nothing is told of a board of texts.
  function spoken(values, box) {
    if (data.looks.some(its => its.colour)) return '';
    const lines = [];
    for (let r = box.top; r < box.bottom; ++r) {
      const cells = values.slice(r * data.columns + box.left, r * data.columns + box.right);
      lines.push(cells.map(token => look(token)?.text || 'empty').join(' '));
    }
    return ': ' + lines.join('; ');
  }

  const readRow = code => row(code, data.tokenDigits);
  return {data, opened, readRow, make, draw, boxOf, boardOf};
})();
