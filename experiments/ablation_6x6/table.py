"""The table of experiments/ablation_6x6/README.md from the runs: mean and spread over seeds.

    python3 experiments/ablation_6x6/table.py [runs/ablation_6x6]
"""

import json
import pathlib
import statistics
import sys

runs = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "runs/ablation_6x6")
scores = {}
for finished in runs.glob("*/finished"):
    name, seed = finished.parent.name.rsplit("-seed", 1)
    lines = (finished.parent / "metrics.jsonl").read_text().splitlines()
    last = [json.loads(line) for line in lines if "test/exact_accuracy" in line][-1]
    scores.setdefault(name, {})[int(seed)] = 100 * last["test/exact_accuracy"]

print("| row | seeds 0, 1, 2 | mean | spread |\n|---|---|---|---|")
for name, by_seed in sorted(scores.items(), key=lambda item: -statistics.mean(item[1].values())):
    values = [by_seed[seed] for seed in sorted(by_seed)]
    spread = statistics.stdev(values) if len(values) > 1 else 0
    listed = ", ".join(f"{value:.1f}" for value in values)
    print(f"| {name.replace('_', ' ')} | {listed} | {statistics.mean(values):.1f} | {spread:.1f} |")
