// The player: puzzles and their answers after each supervision step. It puts itself in place of what
// stands in #player.
(() => {
  const {data, opened, readRow, make, draw, boxOf, boardOf} = playerBoards;
  const root = document.getElementById('player');

  // ---- State

  const state = {puzzle: data.puzzles[0], step: 0, timer: null, confidence: false, marks: true};
  let boards = null, list = [];

  const kinds = [...new Set(data.puzzles.map(puzzle => puzzle.mistake).filter(Boolean))];
  const filters = {
    'all': () => true,
    'right': puzzle => puzzle.right,
    'wrong': puzzle => puzzle.known && !puzzle.right,
    ...Object.fromEntries(kinds.map(kind => ['wrong: ' + kind, puzzle => puzzle.mistake === kind])),
  };
  const keep = data.looks.some(its => its.kept);
  const share = puzzle => puzzle.cells > 0 ? puzzle.rightCells / puzzle.cells : 1;
  const hardness = (a, b) => a.rating != null && b.rating != null ? b.rating - a.rating
    : (b.rating != null) - (a.rating != null) || share(a) - share(b);
  const orders = {
    'as evaluated': () => 0,
    'hardest first': hardness,
    'changed last first': (a, b) => b.lastChange - a.lastChange,
  };

  // ---- Controls

  // Signs as drawings: not every font has them.
  const signs = {
    first: 'M4 4v12M16 4L7 10L16 16Z', previous: 'M12 4L6 10L12 16', play: 'M6 3L17 10L6 17Z', pause: 'M7 4v12M13 4v12',
    next: 'M8 4L14 10L8 16', last: 'M16 4v12M4 4L13 10L4 16Z', up: 'M4 14L10 5L16 14Z', down: 'M4 6L10 15L16 6Z',
  };
  const sign = name => draw('svg', {viewBox: '0 0 20 20', class: 'sign', 'aria-hidden': 'true'}, draw('path', {d: signs[name], class: signs[name].endsWith('Z') ? '' : 'open'}));
  const button = (name, shape, action) => make('button', {type: 'button', 'aria-label': name, title: name, onclick: action}, sign(shape));
  const choice = (name, options, action) => {
    const select = make('select', {onchange: () => action(select.value)}, ...options.map(([value, text]) => make('option', {value}, text)));
    return make('label', {}, name + ' ', select);
  };
  const toggle = (name, on, action) => {
    const box = make('input', {type: 'checkbox', checked: on, onchange: () => action(box.checked)});
    return make('label', {}, box, ' ' + name);
  };
  const last = () => state.puzzle.answers.length - 1;
  const count = name => data.puzzles.filter(filters[name]).length;
  let filter = 'all', order = 'as evaluated', speed = 2;

  const play = button('play', 'play', () => state.timer ? pause() : start());
  const slider = make('input', {type: 'range', min: 1, 'aria-label': 'supervision step', oninput: () => go(Number(slider.value) - 1)});
  const status = make('p', {class: 'status', role: 'status', 'aria-live': 'polite'});
  const heading = make('h3', {});
  const halting = draw('svg', {class: 'halting', role: 'img'});
  const votes = make('div', {class: 'votes'});
  const stageBoards = make('div', {class: 'boards'});
  const entries = make('ol', {class: 'entries', tabindex: 0, 'aria-label': 'puzzles'});
  const none = make('p', {class: 'note'}, 'No puzzle is of this kind.');
  const stage = make('div', {class: 'stage', tabindex: 0, role: 'group', onkeydown: key,
    'aria-label': 'player; left and right arrow: step, up and down: puzzle, space: play or pause'},
  heading, stageBoards,
  make('div', {class: 'controls', role: 'group', 'aria-label': 'steps'},
    button('first step', 'first', () => go(0)), button('previous step', 'previous', () => go(state.step - 1)), play,
    button('next step', 'next', () => go(state.step + 1)), button('last step', 'last', () => go(last())), slider,
    choice('speed', [1, 2, 4, 8, 16].map(value => [value, value + ' steps a second']), value => {
      speed = Number(value);
      if (state.timer) start();
    })),
  status,
  make('div', {class: 'controls'},
    toggle('marks', true, on => { state.marks = on; show(); }),
    ...(data.puzzles.some(puzzle => puzzle.confidence) ? [toggle('confidence', false, on => { state.confidence = on; show(); })] : [])),
  make('p', {class: 'keys'}, 'Frame: wrong', keep ? '; dotted: as in the puzzle, and wrong' : '', '. Corner: changed at this step.', keep && !data.looks.some(its => its.colour) ? ' Bold: given.' : ''),
  make('figure', {class: 'halting-figure'}, make('figcaption', {}, 'halting value after each step; the line is at 50 %'), halting), votes);
  stage.querySelectorAll('select')[0].value = speed;

  function key(event) {
    const on = event.target.tagName;
    if (on === 'SELECT' || event.ctrlKey || event.altKey || event.metaKey) return;
    const native = on === 'INPUT' && event.target.type === 'range';
    const actions = {
      ArrowLeft: native ? null : () => go(state.step - 1), ArrowRight: native ? null : () => go(state.step + 1),
      Home: native ? null : () => go(0), End: native ? null : () => go(last()),
      ArrowUp: native ? null : () => move(-1), ArrowDown: native ? null : () => move(1),
      ' ': on === 'BUTTON' || on === 'INPUT' && !native ? null : () => play.click(),
    };
    if (!actions[event.key]) return;
    event.preventDefault();
    actions[event.key]();
  }

  function start() {
    clearInterval(state.timer);
    if (state.step >= last()) go(0);
    showPlaying('pause');
    state.timer = setInterval(() => state.step < last() ? go(state.step + 1) : pause(), 1000 / speed);
  }
  function pause() {
    clearInterval(state.timer);
    state.timer = null;
    showPlaying('play');
    remember();
  }
  // What the button does next; while it plays nobody is told every step.
  function showPlaying(name) {
    status.setAttribute('aria-live', name === 'play' ? 'polite' : 'off');
    play.replaceChildren(sign(name));
    play.setAttribute('aria-label', name);
    play.title = name;
  }
  function go(step) {
    state.step = Math.min(last(), Math.max(0, step));
    show();
    remember();
  }
  function move(by) {
    const at = list.indexOf(state.puzzle);
    if (list.length > 0) choose(list[Math.min(list.length - 1, Math.max(0, at + by))]);
  }
  // The address leads back to the puzzle and the step; written at rest, as browsers limit how often.
  let later = null;
  function remember() {
    clearTimeout(later);
    if (!state.timer) later = setTimeout(() => history.replaceState(null, '', `#puzzle=${state.puzzle.example}&step=${state.step + 1}`), 300);
  }
  function recall() {
    const wanted = new URLSearchParams(location.hash.slice(1));
    const puzzle = data.puzzles.find(one => String(one.example) === wanted.get('puzzle'));
    if (puzzle) choose(puzzle, Math.max(0, (parseInt(wanted.get('step'), 10) || 1) - 1));
    return Boolean(puzzle);
  }

  // ---- Showing

  // What is to be said of a cell of the answer.
  function styleOf(puzzle) {
    const now = puzzle.frames[state.step], before = puzzle.frames[state.step - 1], shades = puzzle.shades[state.step];
    return cell => {
      const classes = [], wanted = puzzle.solution[cell];
      const asked = puzzle.known && wanted >= 0;
      const kept = puzzle.question[cell] >= 0 && data.looks[puzzle.question[cell]].kept;
      if (kept) classes.push('kept');
      const missing = now[cell] === puzzle.question[cell] && !kept;
      if (state.marks && asked && now[cell] !== wanted) classes.push(missing ? 'missing' : 'wrong');
      if (state.marks && asked && now[cell] === wanted && !kept) classes.push('right');
      if (state.marks && before && now[cell] !== before[cell]) classes.push('changed');
      const strength = state.confidence && shades ? .12 + .88 * shades[cell] / (data.shades - 1) : 1;
      return {classes: classes.join(' '), strength};
    };
  }

  const percent = value => `${Math.round(100 * value)} %`;
  function said(puzzle) {
    const now = puzzle.frames[state.step], before = puzzle.frames[state.step - 1];
    const parts = [`step ${state.step + 1} of ${last() + 1}`];
    if (before) parts.push(`${now.filter((token, cell) => token !== before[cell]).length} cells changed`);
    if (puzzle.known) {
      const right = now.filter((token, cell) => puzzle.solution[cell] >= 0 && token === puzzle.solution[cell]).length;
      parts.push(`${right} of ${puzzle.cells} cells right`);
    }
    parts.push(`halting value ${percent(puzzle.halting[state.step])}`);
    return parts.join(' · ');
  }

  function show() {
    const puzzle = state.puzzle;
    boards.answer.show(puzzle.frames[state.step], styleOf(puzzle));
    slider.value = state.step + 1;
    slider.setAttribute('aria-valuetext', `step ${state.step + 1} of ${last() + 1}`);
    status.textContent = said(puzzle);
    [...halting.querySelectorAll('rect')].forEach((bar, step) => bar.setAttribute('class', step === state.step ? 'now' : ''));
    root.dataset.step = state.step + 1;
    root.dataset.example = puzzle.example;
  }

  const kept = cell => ({classes: data.looks[state.puzzle.question[cell]]?.kept ? 'kept' : ''});
  // A puzzle with all that does not depend on the step.
  function choose(puzzle, step = 0) {
    state.puzzle = opened(puzzle);
    if (state.timer) pause();
    const box = boxOf([puzzle.question, puzzle.solution, ...puzzle.frames]);
    boards = {question: boardOf('puzzle', box), answer: boardOf('answer', box)};
    if (puzzle.known) boards.solution = boardOf('solution', box);
    boards.question.show(puzzle.question, kept);
    if (boards.solution) boards.solution.show(puzzle.solution, kept);
    boards.answer.figure.className = 'main';
    stageBoards.replaceChildren(boards.answer.figure, make('div', {class: 'beside'}, boards.question.figure, ...(boards.solution ? [boards.solution.figure] : [])));
    heading.textContent = `${puzzle.title}${puzzle.rating == null ? '' : `, rating ${puzzle.rating}`}: ${verdict(puzzle)}`;
    slider.max = puzzle.answers.length;
    showHalting(puzzle);
    showVotes(puzzle);
    for (const entry of entries.querySelectorAll('button')) entry.setAttribute('aria-current', entry.dataset.example === String(puzzle.example));
    go(step);
  }
  function verdict(puzzle) {
    if (!puzzle.known) return 'no answer is known';
    return puzzle.right ? 'right' : `wrong, ${puzzle.mistake}`;
  }

  function showHalting(puzzle) {
    const many = puzzle.halting.length, high = 40;
    halting.setAttribute('viewBox', `0 0 ${10 * Math.max(many, 16)} ${high}`);
    halting.setAttribute('aria-label', 'halting values: ' + puzzle.halting.map(percent).join(', '));
    halting.replaceChildren(...puzzle.halting.map((value, step) => {
      const bar = draw('rect', {x: 10 * step + 1, y: high * (1 - value), width: 8, height: Math.max(.6, high * value)});
      const all = draw('g', {}, draw('path', {class: 'hit', d: `M${10 * step} 0h10v${high}h-10z`}), bar, draw('title', {}, `step ${step + 1}: ${percent(value)}`));
      all.addEventListener('click', () => go(step));
      return all;
    }), draw('path', {class: 'half', d: `M0 ${high / 2}h${10 * many}`}));
  }

  function showVotes(puzzle) {
    const first = puzzle.votes || [], voted = puzzle.voted || {answers: 0, votes: 0};
    votes.hidden = first.length === 0;
    votes.replaceChildren(make('h4', {}, voted.answers > first.length ? `The ${first.length} answers with most votes, of ${voted.answers}` : 'Votes'),
      make('div', {class: 'ballot'}, ...first.map(([code, count]) => {
        const answer = readRow(code), right = puzzle.known && puzzle.solution.every((token, cell) => token < 0 || token === answer[cell]);
        const board = boardOf(`${count} of ${voted.votes} votes${puzzle.known ? right ? ', right' : ', wrong' : ''}`, boxOf([answer]));
        board.show(answer);
        return board.figure;
      })));
  }

  function showList() {
    list = data.puzzles.filter(filters[filter]).sort(orders[order]);
    entries.replaceChildren(...list.map(puzzle => {
      const mark = !puzzle.known ? '?' : puzzle.right ? '✓' : '✗';
      const words = [puzzle.rating == null ? '' : `rating ${puzzle.rating}`, puzzle.known ? `${puzzle.rightCells} of ${puzzle.cells}` : '', puzzle.mistake,
        `last change: step ${puzzle.lastChange}`].filter(Boolean).join(' · ');
      return make('li', {}, make('button', {type: 'button', class: !puzzle.known ? '' : puzzle.right ? 'right' : 'wrong', 'data-example': puzzle.example, onclick: () => choose(puzzle)},
        make('b', {}, mark), ' ' + puzzle.title, make('small', {}, words)));
    }));
    none.hidden = list.length > 0;
    if (list.length > 0 && !list.includes(state.puzzle)) choose(list[0]);
    else choose(state.puzzle, state.step);
  }

  const filterNames = Object.keys(filters).filter(name => name === 'all' || count(name) > 0);
  root.replaceChildren(
    make('div', {class: 'choices'},
      make('div', {class: 'controls'},
        choice('show', filterNames.map(name => [name, `${name} (${count(name)})`]), value => { filter = value; showList(); }),
        choice('order', Object.keys(orders).map(name => [name, name]), value => { order = value; showList(); }),
        button('previous puzzle', 'up', () => move(-1)), button('next puzzle', 'down', () => move(1))),
      entries, none),
    stage);
  root.className = 'player';
  showList();
  recall();
  addEventListener('hashchange', recall);
})();
