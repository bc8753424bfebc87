"""A page of trm-sweep plot, made of a study of real runs, as a reader has it.

    tests/page/run.py PROGRAM_FOLDER

It is well-formed, needs nothing from elsewhere, and has the curves and the text that it should have.
Where there is a Chromium, also what is left of it there once its script has run, wide and narrow.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

XHTML = "{http://www.w3.org/1999/xhtml}"
CONFIG = """
data: {path: data, validation: 12}
threads: 1
model:
  width: 16
  layers: [{mixer: token_mlp, repeat: 2}]
  input: {prefix: 2, positions: none}
  core: {H_cycles: 2, L_cycles: 2}
  halting: {max_steps: 3}
train: {steps: 24, batch: 8, log_steps: 3, eval_steps: 3, save_steps: 12}
"""
STUDY = """
question: does a </h1><img src=x><script>alert(1)</script> "help" & how?
base: config.yaml
arms:
  full: []
  narrow: [model.width=8]
  later: [model.width=24]
seeds: [0, 1]
reference: full
scores: [exact_accuracy, accuracy]
runs: runs
"""
ARMS = ["full", "narrow"]  # that have runs
CHARTS = [
    f"{score} against {axis}"
    for score in (
        "train lm loss",
        "validation lm loss",
        "validation exact accuracy",
        "validation accuracy",
    )
    for axis in ("steps", "seconds", "arithmetic")
] + ["test exact accuracy after each supervision step"]


def check(condition, what):
    if not condition:
        sys.exit(f"error: the page: {what}")


def program(folder, name, *arguments):
    done = subprocess.run([folder + "/" + name, *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"error: {name} {' '.join(arguments)}: {done.returncode}\n{done.stderr}")
    return done.stdout


def elements(root, name, style=None):
    return [
        node
        for node in root.iter(XHTML + name)
        if style is None or style in node.get("class", "").split()
    ]


def text_of(node):
    return "".join(node.itertext())


def check_file(text):
    """The page as it lies on the disk, without its script."""
    root = ElementTree.fromstring(text)
    loads = [node.tag for node in root.iter() if node.get("src") or node.get("href")]
    check(not loads and "url(" not in text and "@import" not in text, f"loads {loads}")
    check(text.count("://") == 1, "names another host")
    check(len(elements(root, "script")) == 1, "has scripts of others")
    figures = elements(root, "figure", "chart")
    titles = [text_of(elements(figure, "figcaption")[0]) for figure in figures]
    check(titles == CHARTS, f"has the charts {titles}")
    for figure, title in zip(figures, titles):
        svg = elements(figure, "svg")[0]
        check(svg.get("aria-label", "").startswith(title), f"says {svg.get('aria-label')}")
        curves = elements(svg, "g", "curve")
        check([curve.get("data-name") for curve in curves] == ARMS, f"{title}: other curves")
        check(len(elements(svg, "path", "line")) == len(ARMS), f"{title}: other lines")
        ticks = [text_of(tick) for tick in elements(svg, "text", "tick")]
        check(4 <= len(ticks) <= 12 and all(ticks), f"{title}: the ticks {ticks}")
        labels = [text_of(label) for label in elements(svg, "text", "label")]
        check(labels == ARMS, f"{title}: the labels {labels}")
        for curve in curves:
            points = json.loads(curve.get("data-points"))
            many = 3 if "supervision" in title else 8
            check(len(points) == many, f"{title}: {len(points)} points")
    heads = [text_of(head) for head in elements(root, "h2")]
    check("Scores" in heads and "Runs" in heads, f"has the parts {heads}")
    states = [text_of(cell) for cell in elements(root, "td") if text_of(cell) in ("done", "waiting")]
    check(sorted(states) == ["done"] * 4 + ["waiting"] * 2, f"tells the states {states}")


def check_browser(browser, page, width):
    """What a browser makes of it: everything of the drawings is there, and one axis where narrow."""
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"]
    with tempfile.TemporaryDirectory() as profile:
        command += [f"--user-data-dir={profile}", f"--window-size={width},900", "file://" + page]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    check(done.returncode == 0, f"{browser}: {done.stderr[-500:]}")
    dom = done.stdout
    check(dom.count('<g class="curve ') == len(ARMS) * len(CHARTS), f"curves at {width}")
    check(dom.count(">steps of training</text>") == 4, f"names of axes at {width}")
    check(dom.count("<button") == 4, f"the switch at {width}")
    check("<img" not in dom and "alert(1)</script>" not in dom, "takes text for markup")
    hidden = len(re.findall(r'<figure class="chart"[^>]*hidden', dom))
    check(hidden == (8 if width < 800 else 0), f"{hidden} charts are hidden at {width}")


def main(programs):
    programs = os.path.abspath(programs)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for name, text in (("config.yaml", CONFIG), ("sweep.yaml", STUDY)):
            with open(name, "w") as file:
                file.write(text)
        board = "--box 2x2 --train 60 --test 20 --givens 5:8 --seed 1".split()
        program(programs, "trm-data", "generate", "sudoku", *board, "data")
        program(programs, "trm-sweep", "run", "sweep.yaml", "--only", ",".join(ARMS))
        said = program(programs, "trm-sweep", "plot", "sweep.yaml", "page.html")
        check(re.fullmatch(r"page\.html: [0-9.]+ KiB\n", said), f"is told as {said}")
        with open("page.html", encoding="utf-8") as file:
            check_file(file.read())
        names = ("chromium", "chromium-browser", "google-chrome")
        browser = next(filter(None, map(shutil.which, names)), None)
        if browser is None:
            print("no Chromium here: the page is checked as a file alone")
            return
        for width in (1400, 500):
            check_browser(browser, os.path.join(folder, "page.html"), width)


main(*sys.argv[1:])
