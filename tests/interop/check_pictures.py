"""What trm-solve --gif and --svg write, read by Pillow and by Python's parser of XML.

    check_pictures.py PROGRAM_FOLDER
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

import PIL.Image

PROGRAMS = pathlib.Path(sys.argv[1])
SOURCE = pathlib.Path(__file__).parents[2]
SVG = "{http://www.w3.org/2000/svg}"
STEPS = 5


def run(program, *arguments):
    result = subprocess.run([PROGRAMS / program, *map(str, arguments)], capture_output=True, text=True)
    assert result.returncode == 0, f"{program} {arguments}: {result.stderr}"
    return result.stdout


def check_gif(file):
    """A frame a step, each for its time, over and over, with no more than the board's few colours."""
    with PIL.Image.open(file) as image:
        assert (image.format, image.n_frames, image.info["loop"]) == ("GIF", STEPS, 0), image
        durations, frames = [], []
        for number in range(STEPS):
            image.seek(number)
            durations.append(image.info["duration"])
            frames.append(image.convert("RGB"))
        assert durations == [250] * (STEPS - 1) + [3000], durations
        for frame in frames:
            assert frame.size == frames[0].size
            assert len(frame.getcolors()) <= 16, frame.getcolors()


def check_svg(file, answer):
    """Two boards, and the answer's digits in their order behind the puzzle's."""
    drawing = xml.etree.ElementTree.parse(file).getroot()
    assert drawing.tag == SVG + "svg"
    texts = [text.text for text in drawing.iter(SVG + "text")]
    digits = "".join(text for text in texts if len(text) == 1)
    # Where the answer is wrong, the right one is behind it.
    given = answer["puzzle"].replace(".", "")
    shown = answer["answer"].replace(".", "")
    boards = 2 if answer["exact"] else 3
    assert digits == given + shown + ("" if answer["exact"] else answer["expected"]), texts
    cells = [cell for cell in drawing.iter(SVG + "rect") if cell.get("class") == "cell"]
    assert len(cells) == boards * len(answer["puzzle"]), len(cells)


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    run("trm-data", "generate", "sudoku", "--box", "2x2", "--train", "40", "--test", "10", "--givens", "6:8",
        "--seed", "0", folder / "data")
    run("trm-train", SOURCE / "configs/tiny.yaml", f"data.path={folder / 'data'}", "train.steps=4", "threads=1",
        "--run", folder / "run", "--quiet")
    lines = run("trm-solve", folder / "run", "--example", "0", "--depth", STEPS, "--gif", folder / "one.gif",
                "--svg", folder / "one.svg", "--json", "-", "threads=1")
    check_gif(folder / "one.gif")
    check_svg(folder / "one.svg", json.loads(lines))
print("trm-solve's pictures are what Pillow and Python read")
