"""The page of an evaluation as a reader has it, in a Chromium that this test drives.

    tests/page/player.py PROGRAM_FOLDER

The files are well-formed XML and need nothing from elsewhere. Where there is a Chromium: its buttons,
keys, lists and addresses do what they say; it fits a desk and a phone, light and dark; and without
JavaScript the charts and some boards are there.
"""

import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

import browser

XHTML = "{http://www.w3.org/1999/xhtml}"
STEPS = 16
# What the board of the answer shows: texts and marks by cell, row by row.
BOARD = """[...document.querySelectorAll('.main .cell')].map(
  cell => cell.querySelector('text').textContent + '/' + cell.getAttribute('class'))"""
STATUS = "document.querySelector('.status').textContent"
TITLES = """[...document.querySelectorAll('.entries button')].map(
  entry => entry.textContent.split(' ').slice(1, 3).join(' ').split('rating')[0])"""


def check(condition, what):
    if not condition:
        sys.exit(f"error: the player: {what}")


def step(page):
    return page.run("Number(document.getElementById('player').dataset.step)")


def example(page):
    return page.run("Number(document.getElementById('player').dataset.example)")


def named(name):
    return f'button[aria-label="{name}"]'


def check_file(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    root = ElementTree.fromstring(text)
    loads = [node.tag for node in root.iter() if node.get("src") or node.get("href")]
    check(not loads and "url(" not in text and "@import" not in text, f"{path} loads {loads}")
    figures = list(root.iter(XHTML + "figure"))
    for figure in figures:
        drawings = [node for node in figure.iter() if node.get("role") == "img"]
        check(drawings and all(node.get("aria-label") for node in drawings), "a drawing says nothing")
    return len(figures)


def check_steps(page, path):
    page.open(path)
    check(step(page) == 1, f"begins at step {step(page)}")
    first = page.run(BOARD)
    check(len(first) == 81 and not any("changed" in cell for cell in first), "step 1 has changes")
    page.click(named("next step"))
    second = page.run(BOARD)
    check(step(page) == 2 and second != first, "next does not move the board")
    changed = [i for i in range(81) if first[i].split("/")[0] != second[i].split("/")[0]]
    marked = [i for i in range(81) if "changed" in second[i]]
    check(changed == marked and changed, f"changed {changed}, marked {marked}")
    said = page.run(STATUS)
    check(said.startswith("step 2 of 16 · ") and f"{len(changed)} cells changed" in said, said)
    page.click(named("previous step"))
    check(page.run(BOARD) == first, "previous does not lead back")
    page.click(named("last step"))
    end = page.run(BOARD)
    check(step(page) == STEPS and "81 of 81 cells right" in page.run(STATUS), "the last step")
    check(not any("wrong" in cell or "missing" in cell for cell in end), "right cells are wrong")
    check(sum("right" in cell for cell in end) + sum("kept" in cell for cell in end) == 81, "marks")
    page.click(named("first step"))
    check(page.run(BOARD) == first, "first does not lead back")
    # The slider, by its own keys, and a bar of the halting values.
    page.run("document.querySelector('.stage input[type=range]').focus()")
    page.press("ArrowRight")
    check(step(page) == 2, "the slider does not step")
    page.click(".halting g:nth-of-type(9) .hit")
    check(step(page) == 9, "a halting value does not lead to its step")
    value = page.run("document.querySelector('.stage input[type=range]').value")
    check(value == "9", f"the slider stands at {value}")


def check_keys(page, path):
    page.open(path)
    page.run("document.querySelector('.stage').focus()")
    first = example(page)
    for key, wanted in (("ArrowRight", 2), ("ArrowRight", 3), ("ArrowLeft", 2), ("End", 16), ("Home", 1)):
        page.press(key)
        check(step(page) == wanted, f"{key} leads to step {step(page)}")
    page.press("ArrowDown")
    check(example(page) == first + 1, "down does not lead to the next puzzle")
    page.press("ArrowUp")
    check(example(page) == first, "up does not lead back")
    # Playing goes on by itself to the end, and stops where it is asked to.
    page.choose(".stage select", "16")
    page.press(" ")
    check(page.run(f"!!document.querySelector('{named('pause')}')"), "space does not play")
    check(page.run("document.querySelector('.status').getAttribute('aria-live')") == "off", "live")
    page.wait_until("Number(document.getElementById('player').dataset.step) > 2", "playing advances")
    page.press(" ")
    at = step(page)
    check(page.run(f"!!document.querySelector('{named('play')}')"), "space does not stop")
    page.click(named("play"))
    page.wait_until(f"Number(document.getElementById('player').dataset.step) === {STEPS}", "the end")
    page.wait_until(f"!!document.querySelector('{named('play')}')", "it stops at the end")
    check(2 < at <= STEPS, f"stopped at {at}")


def check_lists(page, path):
    page.open(path)
    check(len(page.run(TITLES)) == 20, "does not list all")
    options = page.run("[...document.querySelectorAll('.choices select')[0].options].map(o => o.textContent)")
    kinds = ["rule broken", "empty cells", "givens broken"]
    wanted = ["all (20)", "right (4)", "wrong (12)"] + [f"wrong: {kind} (4)" for kind in kinds]
    check(options == wanted, f"has the filters {options}")
    show, order = ".choices label:nth-of-type(1) select", ".choices label:nth-of-type(2) select"
    page.choose(show, "wrong: empty cells")
    check(page.run(TITLES) == [f"Sudoku {n}" for n in (3, 8, 13, 18)], f"lists {page.run(TITLES)}")
    check(example(page) == 102, f"shows {example(page)}, which is not listed")
    heading = page.run("document.querySelector('.stage h3').textContent")
    check(heading.endswith("wrong, empty cells"), heading)
    page.click(named("last step"))
    missing = [cell for cell in page.run(BOARD) if "missing" in cell or "wrong" in cell]
    check(len(missing) == 1 and missing[0].startswith("/"), f"marks {missing}")
    page.click(named("next puzzle"))
    check(example(page) == 107, "next puzzle leaves the list")
    page.choose(show, "all")
    page.choose(order, "hardest first")
    ratings = page.run("[...document.querySelectorAll('.entries small')].map(s => parseInt(s.textContent.slice(7)))")
    check(ratings == sorted(ratings, reverse=True) and ratings[0] > ratings[-1], f"order {ratings}")
    page.click(".entries li:last-child button")
    current = page.run("document.querySelector('.entries li:last-child button').getAttribute('aria-current')")
    check(current == "true", "a click in the list chooses nothing")
    # Confidence is how strong a cell is drawn.
    strengths = "new Set([...document.querySelectorAll('.main text')].map(t => t.getAttribute('opacity'))).size"
    check(page.run(strengths) == 1, "confidence shows before it is asked for")
    page.run("document.querySelectorAll('.stage input[type=checkbox]')[1].click()")
    check(page.run(strengths) == 2, f"{page.run(strengths)} strengths")
    page.run("document.querySelectorAll('.stage input[type=checkbox]')[0].click()")
    check(not any("changed" in cell or "wrong" in cell for cell in page.run(BOARD)), "marks stay")


def check_address(page, path):
    page.open(path, "#puzzle=103&step=5")
    check((example(page), step(page)) == (103, 5), "the address leads elsewhere")
    page.click(named("next step"))
    page.wait_until("location.hash === '#puzzle=103&step=6'", "the address follows")
    page.open(path, "#puzzle=<b>&step=-1e9")
    check((example(page), step(page)) == (100, 1), "an address of nothing")


def check_kinds(page, folder):
    """Mazes and grids: colours, paths, votes."""
    page.open(folder + "/maze.html", "#puzzle=1&step=6")
    fills = page.run("new Set([...document.querySelectorAll('.main .fill')].map(f => getComputedStyle(f).fill)).size")
    check(fills == 5, f"a maze of {fills} colours")
    wrong = page.run("document.querySelectorAll('.main .wrong, .main .missing').length")
    check(wrong == 1, f"{wrong} cells of the path are wrong")
    page.open(folder + "/arc.html", "#puzzle=1&step=5")
    cells = page.run("document.querySelectorAll('.beside figure:first-child .cell').length")
    check(cells == 12, f"a grid of 3 x 4 has {cells} cells")
    said = page.run("[...document.querySelectorAll('.ballot figcaption')].map(c => c.textContent)")
    check(said == ["700 of 1000 votes, right", "250 of 1000 votes, wrong", "40 of 1000 votes, wrong"], said)


def check_looks(page, folder):
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    colours = set()
    for name in ("sudoku", "maze", "arc", "bare"):
        for width in (1400, 400):
            for dark in (False, True):
                page.look(width, dark=dark)
                page.open(f"{folder}/{name}.html")
                check(page.run(overflow) <= 0, f"{name} is {page.run(overflow)} wider than {width}")
                colours.add((dark, page.run("getComputedStyle(document.body).backgroundColor")))
    check(len(colours) == 2, f"is light and dark as {colours}")


def check_plain(page, path):
    page.look(1400, script=False)
    page.open(path)
    dom = page.call("DOM.getDocument", depth=-1)
    dom = page.call("DOM.getOuterHTML", nodeId=dom["root"]["nodeId"])["outerHTML"]
    check(dom.count('class="still"') == 9, "without a script there are no boards")
    check(dom.count('<g class="curve ') > 8, "without a script there are no charts")


def main(programs):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([os.path.join(programs, "report_sample"), folder], check=True)
        for name, least in (("sudoku", 10), ("maze", 6), ("arc", 6), ("bare", 0)):
            figures = check_file(f"{folder}/{name}.html")
            check(figures >= least, f"{name} has {figures} figures")
        program = browser.find()
        if program is None:
            print("no Chromium here: the pages are checked as files alone")
            return
        with browser.Browser(program) as page:
            sudoku = folder + "/sudoku.html"
            page.look(1400)
            check_steps(page, sudoku)
            check_keys(page, sudoku)
            check_lists(page, sudoku)
            check_address(page, sudoku)
            check_kinds(page, folder)
            check_looks(page, folder)
            check(not page.errors, f"its script fails: {page.errors[:1]}")
            check(page.run("document.images.length") == 0, "takes text for markup")
            check_plain(page, sudoku)


main(*sys.argv[1:])
