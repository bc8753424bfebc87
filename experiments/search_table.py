#!/usr/bin/env python3
"""Tables of a study's searches, in Markdown: python3 experiments/search_table.py RUNS

RUNS holds a folder ARM-seedN for each run, with what trm-eval --json said of it: depth.json, random.json, noise.json
(experiments/study.sh makes them). Numbers are exact accuracy in percent, mean and standard deviation over seeds.
"""
import json
import pathlib
import statistics
import sys

SELECTIONS = ["best_q", "residual", "confidence", "vote", "oracle"]


def cell(shares):
    percents = [100 * share for share in shares]
    spread = f" ± {statistics.stdev(percents):.1f}" if len(percents) > 1 else ""
    return f"{statistics.mean(percents):.1f}{spread}"


def row(cells):
    print("| " + " | ".join(str(c) for c in cells) + " |")


def header(cells):
    row(cells)
    row(["---"] * len(cells))


def searches(folder, name):
    """What the search `name` said of every run, by arm."""
    arms = {}
    for file in sorted(folder.glob(f"*-seed*/{name}.json")):
        arms.setdefault(file.parent.name.rsplit("-seed", 1)[0], []).append(json.loads(file.read_text()))
    return arms


def scores(runs, breadth, depth, selection):
    """Of all runs, by the first `breadth` trajectories after `depth` supervision steps."""
    shares = []
    for run in runs:
        by_depth = next(at["by_depth"] for at in run["by_breadth"] if at["breadth"] == breadth)
        selections = next(at["selections"] for at in by_depth if at["depth"] == depth)
        shares.append(selections[selection]["exact_accuracy"])
    return shares


def depth_table(folder):
    arms = searches(folder, "depth")
    depths = [at["depth"] for at in next(iter(arms.values()))[0]["by_depth"]]
    print("One trajectory, by supervision steps:\n")
    header(["trained", *depths])
    for arm, runs in arms.items():
        row([arm] + [cell(scores(runs, 1, depth, "last")) for depth in depths])


def breadth_tables(folder, name):
    for arm, runs in searches(folder, name).items():
        breadths = [at["breadth"] for at in runs[0]["by_breadth"]]
        depths = [at["depth"] for at in runs[0]["by_depth"]]
        print(f"\n{name}, trained {arm}: trajectories of {depths[-1]} supervision steps, by who answers\n")
        header(["answer", *breadths])
        for selection in SELECTIONS:
            row([selection] + [cell(scores(runs, b, depths[-1], selection)) for b in breadths])
        print(f"\n{name}, trained {arm}: the most confident, trajectories by supervision steps\n")
        header(["steps", *breadths])
        for depth in depths:
            row([depth] + [cell(scores(runs, b, depth, "confidence")) for b in breadths])


folder = pathlib.Path(sys.argv[1])
depth_table(folder)
for name in ["random", "noise"]:
    breadth_tables(folder, name)
