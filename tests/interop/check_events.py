"""What a run writes for TensorBoard, read by TensorBoard.

    check_events.py PROGRAM_FOLDER
"""

import io
import json
import logging
import pathlib
import subprocess
import sys
import tempfile

import numpy
import PIL.Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.text import text_plugin

PROGRAMS = pathlib.Path(sys.argv[1])
SOURCE = pathlib.Path(__file__).parents[2]


def run(program, *arguments):
    result = subprocess.run([PROGRAMS / program, *map(str, arguments)], capture_output=True, text=True)
    assert result.returncode == 0, f"{program} {arguments}: {result.stderr}"
    return result


def train(data, folder, steps):
    run("trm-train", SOURCE / "configs/tiny.yaml", f"data.path={data}", "data.validation=20", "train.batch=8",
        f"train.steps={steps}", "train.eval_steps=6", "train.log_steps=2", "train.save_steps=4",
        "threads=1", "--run", folder, "--quiet")


def events_of(folder):
    """All that is there, however much: 0 is no limit."""
    sizes = {"scalars": 0, "images": 0, "tensors": 0}
    return EventAccumulator(str(folder), size_guidance=sizes).Reload()


def check_scalars(folder, events):
    """Names, steps, values and times of the scalars are those of metrics.jsonl."""
    expected = {}
    for line in map(json.loads, (folder / "metrics.jsonl").read_text().splitlines()):
        for key, value in line.items():
            if isinstance(value, (int, float)) and not isinstance(value, bool) and key not in ("step", "unix_seconds"):
                expected.setdefault(key, []).append((line["step"], float(numpy.float32(value)), line["unix_seconds"]))
    found = {name: [(e.step, float(numpy.float32(e.value)), e.wall_time) for e in events.Scalars(name)]
             for name in events.Tags()["scalars"]}
    assert found == expected, (found, expected)
    assert {"train/lm_loss", "validation/exact_accuracy", "test/exact_accuracy", "epoch"} <= set(found)


def check_text(folder, events):
    """The config is a text that TensorBoard shows as it is."""
    assert events.Tags()["tensors"] == ["config"]
    assert events.SummaryMetadata("config").plugin_data.plugin_name == "text"
    text = events.Tensors("config")[-1].tensor_proto.string_val[0]
    config = (folder / "config.yaml").read_text()
    assert text.decode() == f"```yaml\n{config}```\n"
    shown = text_plugin.text_array_to_html(numpy.array(text), True)
    assert shown.startswith("<pre><code>seed: ") and "\n    H_cycles: " in shown, shown


def check_images(folder, events):
    """The boards decode, have the size that is said, and are no single colour."""
    names = {f"{split}/puzzle_{i}" for split in ("validation", "test") for i in (1, 2, 3)}
    assert set(events.Tags()["images"]) == names, events.Tags()["images"]
    for name in names:
        for event in events.Images(name):
            image = PIL.Image.open(io.BytesIO(event.encoded_image_string))
            image.load()
            assert (image.format, image.mode) == ("PNG", "RGB")
            assert image.size == (event.width, event.height)
            assert len(image.getcolors(1 << 16)) > 3


def check_continued(data, folder):
    """A watching TensorBoard has each step once when the run is continued, and what is new."""
    train(data, folder, 12)
    watching = events_of(folder)
    # As if the run had gone on for a while, and was killed.
    with open(folder / "metrics.jsonl", "a") as log:
        log.write('{"step": 14, "train/lm_loss": 9}\n')
    with open(next(folder.glob("events.out.tfevents.*")), "ab") as events:
        events.write(b"cut")
    train(data, folder, 18)
    check_scalars(folder, events_of(folder))
    check_scalars(folder, watching.Reload())


def main():
    logging.getLogger("tensorboard").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        run("trm-data", "generate", "sudoku", "--box", "2x2", "--train", 60, "--test", 10, "--quiet", folder / "data")
        train(folder / "data", folder / "run", 12)
        events = events_of(folder / "run")
        for check in (check_scalars, check_text, check_images):
            check(folder / "run", events)
            print(f"passed: {check.__doc__}")
        check_continued(folder / "data", folder / "continued")
        print(f"passed: {check_continued.__doc__}")


main()
