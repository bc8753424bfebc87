"""Runs the commands of README.md in their order, in a scratch folder: each must find what it names.

    tests/readme/run.py README PROGRAM_FOLDER

Commands are read from the README, so that they cannot drift apart. Long ones are shortened by what
SHORTER lists and by small networks; the network is a server of this process with small files of the
public sets' form. A block whose first line before it is <!-- not run: WHY --> is passed over.
"""

import glob
import http.server
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

SMALL_MODEL = (
    "model.width=32 model.core.H_cycles=1 model.core.L_cycles=1 evaluate.depth=1 train.batch=4 "
    "train.shards=2 train.epochs=null train.steps={steps} train.eval_epochs=null "
    "train.eval_steps=null train.save_steps=2 evaluate.limit=4"
)
# Of every run of a study, and fewer of them.
SMALL_STUDY = (
    " model.width=32 model.core.H_cycles=1 model.core.L_cycles=1 evaluate.depth=1 train.batch=4 "
    "train.shards=2 train.steps=4 evaluate.limit=4 data.validation=8 'seeds=[0, 1]'"
)
# What a command becomes: pattern, replacement.
SHORTER = [
    (r"--train [0-9]+\b", "--train 40"),
    (r"--test [0-9]+\b", "--test 10"),
    (r"--subsample [0-9]+\b", "--subsample 8"),
    (r"--tasks [0-9]+\b", "--tasks 2"),
    (r"--augmentations [0-9]+\b", "--augmentations 2"),
    (r"(--limit |evaluate\.limit=)[0-9]+\b", r"\g<1>4"),
    (r" train\.(steps|batch|epochs)=\w+", ""),
    (r" model\.width=\w+", ""),
]


def blocks(text):
    """The fenced blocks: language, lines, and why it is not run (None where it is)."""
    found, before = [], ""
    lines = iter(text.splitlines())
    for line in lines:
        if line.startswith("```"):
            body = []
            for inner in lines:
                if inner.startswith("```"):
                    break
                body.append(inner)
            why = re.fullmatch(r"<!-- not run: (.*) -->", before)
            found.append((line[3:], body, why and why[1]))
        if line.strip():
            before = line
    return found


def commands(body):
    """Lines, with those that end in a backslash joined to the next."""
    return [line for line in "\n".join(body).replace("\\\n", " ").splitlines() if line.strip()]


def shortened(command, steps, mirror):
    # A remark would hide what is added.
    command = re.sub(r"\s+#.*", "", command)
    for pattern, replacement in SHORTER:
        command = re.sub(pattern, replacement, command)
    if "trm-train" in command and "--help" not in command:
        command += " " + SMALL_MODEL.format(steps=steps)
    if ("trm-train" in command or "trm-bench" in command) and re.search("_6x6|_8x8", command):
        command += " data.validation=8"
    if "trm-eval" in command and "limit" not in command:
        command += " --limit 4"
    if "trm-solve" in command:
        if "evaluate.depth" not in command:
            command += " --depth 1"
        if "arc" in command:
            command += " --copies 1"
    if "trm-sweep" in command:
        command += SMALL_STUDY
    # Threads of a busy machine would wait for each other.
    if re.search(r"trm-(train|eval|solve|bench) ", command) and "--help" not in command:
        command += " threads=1"
    if "trm-bench train" in command:
        command += " model.width=32 train.batch=4 --steps 3"
    if "trm-data fetch" in command and "--mirror" not in command and len(command.split()) > 3:
        command += " --mirror " + mirror
    return command.replace("https://HOST/FOLDER", mirror)


def sudoku_rows(count):
    """9x9 boards without one of their digits, which has one place in every box, row and column."""
    for k in range(count):
        rows = [[(3 * (r % 3) + r // 3 + c + k) % 9 + 1 for c in range(9)] for r in range(9)]
        rows[0], rows[k // 9] = rows[k // 9], rows[0]
        answer = "".join(str(digit) for row in rows for digit in row)
        yield f"source,{answer.replace(str(k % 9 + 1), '.')},{answer},{k}\n"


def maze_rows(count):
    """30x30 rooms with S and G in one column: one shortest path."""
    for k in range(count):
        cells = [" "] * 900
        top, left, length = k % 10, k % 30, 10 + k // 10
        path = [30 * (top + i) + left for i in range(length + 1)]
        cells[path[0]], cells[path[-1]] = "S", "G"
        question = "".join(cells)
        for cell in path[1:-1]:
            cells[cell] = "o"
        yield f"source,{question},{''.join(cells)},{length}\n"


def arc_files(name):
    grids = [[[k % 10, 1], [2, k % 7]] for k in range(6)]
    challenges, solutions = [], []
    for k in range(3):
        pairs = ", ".join(
            '{"input": %s, "output": %s}' % (grids[k + i], [grids[k + i][1]]) for i in range(2)
        )
        challenges.append(
            '"%s%d": {"train": [%s], "test": [{"input": %s}]}' % (name, k, pairs, grids[k + 2])
        )
        solutions.append('"%s%d": [%s]' % (name, k, [grids[k + 2][1]]))
    return "{" + ", ".join(challenges) + "}", "{" + ", ".join(solutions) + "}"


def make_public_files(folder):
    for name, rows in (("sudoku", list(sudoku_rows(24))), ("maze", list(maze_rows(24)))):
        os.makedirs(f"{folder}/{name}")
        for split, part in (("train", rows[:16]), ("test", rows[16:])):
            with open(f"{folder}/{name}/{split}.csv", "w") as file:
                file.write("source,question,answer,rating\n" + "".join(part))
    os.makedirs(f"{folder}/arc")
    for name in ("training", "evaluation", "training2", "evaluation2", "concept"):
        for kind, text in zip(("challenges", "solutions"), arc_files(name)):
            with open(f"{folder}/arc/arc-agi_{name}_{kind}.json", "w") as file:
                file.write(text)


def serve(folder):
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args):
            super().__init__(*args, directory=folder)

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def mirror_of(command, server):
    kind = "sudoku" if "sudoku-extreme" in command else "maze" if "maze-hard" in command else "arc"
    return f"{server}/{kind}"


def main():
    readme, programs = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    source = os.path.dirname(readme)
    with open(readme) as file:
        found = blocks(file.read())
    scratch = tempfile.mkdtemp(prefix="trm-readme-")
    try:
        run_all(found, source, programs, scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def run_all(found, source, programs, scratch):
    work = f"{scratch}/work"
    os.makedirs(work)
    for folder in ("configs", "experiments"):
        shutil.copytree(f"{source}/{folder}", f"{work}/{folder}")
    make_public_files(f"{scratch}/public")
    server = serve(f"{scratch}/public")
    environment = dict(os.environ, bin=programs, OMP_WAIT_POLICY="passive", no_proxy="127.0.0.1")
    ran, passed_over, steps = 0, [], 2
    for language, body, why in found:
        if why or (language and language != "python"):
            passed_over.append(why or language)
            continue
        if language == "python":
            if run_python(body, work):
                ran += 1
            continue
        for command in commands(body):
            variable = re.fullmatch(r"(\w+)=(\S+)", command)
            if variable:
                environment.setdefault(variable[1], variable[2])
                continue
            if "trm-train runs/" in command or "train.steps=" in command:
                steps += 2  # further than before
            text = shortened(command, steps, mirror_of(command, server))
            began = time.monotonic()
            done = subprocess.run(
                ["bash", "-c", text], cwd=work, env=environment, text=True, timeout=300,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            )
            print(f"{time.monotonic() - began:5.1f} s  {command}", flush=True)
            if done.returncode != 0:
                sys.exit(f"exit code {done.returncode}, run as\n  {text}\n{done.stdout}")
            ran += 1
    if ran < 20:
        sys.exit(f"only {ran} commands were found in the README")
    print(f"{ran} commands ran; not run: {'; '.join(passed_over)}")


def run_python(body, work):
    # The environment of tests/interop has the packages; elsewhere they may be missing.
    cache = os.environ.get("XDG_CACHE_HOME", os.path.expanduser("~/.cache")) + "/trm"
    pythons = glob.glob(os.environ.get("TRM_CACHE", cache) + "/interop-*/bin/python")
    done = subprocess.run(
        [pythons[0] if pythons else sys.executable, "-c", "\n".join(body)], cwd=work, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )
    if "ModuleNotFoundError" in done.stdout:
        print("       python: passed over, " + done.stdout.strip().splitlines()[-1])
        return False
    if done.returncode != 0:
        sys.exit("this Python of the README fails:\n" + "\n".join(body) + "\n" + done.stdout)
    print("       python: " + done.stdout.strip())
    return True


if __name__ == "__main__":
    main()
