"""A table of a sweep's runs: each row's test scores in percent, mean and spread over its seeds.

    python3 experiments/table.py RUNS [score ...]       exact_accuracy when none is named
"""

import json
import pathlib
import statistics
import sys

runs, names = pathlib.Path(sys.argv[1]), sys.argv[2:] or ["exact_accuracy"]
rows = {}
for finished in runs.glob("*/finished"):
    row, seed = finished.parent.name.rsplit("-seed", 1)
    lines = (finished.parent / "metrics.jsonl").read_text().splitlines()
    rows.setdefault(row, {})[int(seed)] = json.loads(lines[-1])

print("| row | score | by seed | mean | spread |\n|---|---|---|---|---|")
mean_of = {}
for row, by_seed in rows.items():
    for name in names:
        values = [100 * by_seed[seed]["test/" + name] for seed in sorted(by_seed)]
        spread = statistics.stdev(values) if len(values) > 1 else 0
        listed = ", ".join(f"{value:.1f}" for value in values)
        mean_of[row, name] = (statistics.mean(values), f"{listed} | {statistics.mean(values):.1f} | {spread:.1f}")
for row in sorted(rows, key=lambda row: -mean_of[row, names[0]][0]):
    for name in names:
        print(f"| {row.replace('_', ' ')} | {name} | {mean_of[row, name][1]} |")
