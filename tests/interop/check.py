"""What trm-convert writes, read by PyTorch and safetensors; what they write, read by trm-eval.

    check.py PROGRAM_FOLDER GOLDEN_FOLDER
"""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import safetensors.torch
import torch

PROGRAMS, GOLDEN = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
RUN = GOLDEN / "reference_run"


def run(program, *arguments):
    result = subprocess.run([PROGRAMS / program, *map(str, arguments)], capture_output=True, text=True)
    assert result.returncode == 0, f"{program} {arguments}: {result.stderr}"
    return result


def load(path):
    return torch.load(path, weights_only=True, map_location="cpu")


def bytes_of(tensor):
    return tensor.contiguous().flatten().view(torch.uint8)


def check_equal(ours, theirs):
    assert list(ours) == list(theirs), (list(ours), list(theirs))
    for name, value in theirs.items():
        assert ours[name].dtype == value.dtype, name
        assert ours[name].shape == value.shape, name
        assert bytes_of(ours[name]).equal(bytes_of(value)), f"{name}: other bytes"


def scores(weights, *arguments, folder):
    out = folder / "scores.json"
    run("trm-eval", weights, "--data", RUN / "data", "--batch", 4, "--json", out, *arguments)
    return json.loads(out.read_text())


def there_and_back(folder):
    """step_3 -> safetensors -> .pt: names, types, shapes and bytes as the reference wrote them."""
    reference = load(RUN / "step_3")
    run("trm-convert", RUN / "step_3", folder / "a.safetensors")
    stored = safetensors.torch.load_file(folder / "a.safetensors")
    check_equal({name: stored[name] for name in reference}, reference)
    run("trm-convert", folder / "a.safetensors", folder / "b.pt")
    check_equal(load(folder / "b.pt"), reference)


def every_type_and_layout(folder):
    """A state dict with all types, strides, a shared storage and a scalar, saved by this PyTorch."""
    torch.manual_seed(0)
    base = torch.randn(6, 5)
    tensors = {
        "transposed": base.t(),
        "row": base[2],
        "every_second": base[:, ::2],
        "scalar": torch.tensor(3.5),
        "empty": torch.zeros(0, 4),
        "parameter": torch.nn.Parameter(torch.randn(3)),
    }
    for dtype in (torch.float64, torch.float16, torch.bfloat16):
        tensors[str(dtype)] = torch.randn(2, 3).to(dtype)
    for dtype in (torch.int8, torch.int16, torch.int32, torch.int64, torch.uint8):
        tensors[str(dtype)] = torch.randint(0, 100, (4,), dtype=dtype)
    tensors["torch.bool"] = torch.tensor([True, False, True])
    torch.save(tensors, folder / "all.pt")
    run("trm-convert", folder / "all.pt", folder / "all.safetensors")
    expected = {name: value.detach().contiguous() for name, value in tensors.items()}
    stored = safetensors.torch.load_file(folder / "all.safetensors")
    check_equal({name: stored[name] for name in expected}, expected)
    run("trm-convert", folder / "all.safetensors", folder / "back.pt")
    check_equal({name: load(folder / "back.pt")[name] for name in expected}, expected)
    ordered = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2)).state_dict()
    torch.save(ordered, folder / "module.pt")
    run("trm-convert", folder / "module.pt", folder / "module.safetensors")
    stored = safetensors.torch.load_file(folder / "module.safetensors")
    check_equal({name: stored[name] for name in ordered}, dict(ordered))


def same_scores_from_every_form(folder):
    """The checkpoint scores the same as a reference's file, a safetensors file, a .pt, a checkpoint."""
    shutil.copy(RUN / "all_config.yaml", folder)
    expected = json.loads((RUN / "expected_metrics.json").read_text())
    run("trm-convert", RUN / "step_3", f"{folder}/ours/", "--data", RUN / "data")
    run("trm-convert", RUN / "step_3", folder / "step_3.safetensors")
    run("trm-convert", f"{folder}/ours", folder / "step_3")
    for form in (RUN / "step_3", folder / "step_3.safetensors", folder / "step_3", folder / "ours"):
        found = scores(form, folder=folder)
        for key in ("accuracy", "exact_accuracy", "q_halt_accuracy", "steps", "lm_loss"):
            assert abs(found[key] - expected[key]) <= 1e-5 * max(1, abs(expected[key])), (form, key)
        q_halt_loss = expected["q_halt_loss_without_padding_rows"]
        assert abs(found["q_halt_loss"] - q_halt_loss) <= 1e-5, form
        assert found["puzzles"] == expected["count"], form


def names_of_a_compiled_model(folder):
    """Ours as the reference names it: `_orig_mod.model.inner.`, latents in the activations' type."""
    reference = load(RUN / "step_3")
    assert set(load(folder / "step_3")) == set(reference)
    plain = {name.removeprefix("_orig_mod."): value for name, value in reference.items()}
    torch.save(plain, folder / "plain" / "step_3")
    found = scores(folder / "plain" / "step_3", folder=folder)
    assert abs(found["accuracy"] - scores(RUN / "step_3", folder=folder)["accuracy"]) == 0


def ranks_of_torchrun(folder):
    """Two ranks that torchrun starts train to the bits of one process."""
    data, runs = folder / "sudoku_4x4", {}
    subprocess.run([PROGRAMS / "trm-data", "generate", "sudoku", "--box", "2x2", "--train", "60", "--test", "10",
                    "--quiet", data], check=True, stdout=subprocess.DEVNULL)
    torchrun = [pathlib.Path(sys.executable).parent / "torchrun", "--no-python", "--nproc-per-node", "2", "--"]
    for name, start in (("alone", []), ("ranks", torchrun)):
        runs[name] = folder / name
        command = [*start, PROGRAMS / "trm-train", pathlib.Path(__file__).parents[2] / "configs/tiny.yaml",
                   f"data.path={data}", "train.steps=4", "--run", runs[name], "--quiet"]
        done = subprocess.run(command, capture_output=True, text=True)
        if name == "ranks" and "libgloo-dev" in done.stderr:
            return  # a build without ranks
        assert done.returncode == 0, done.stderr
    weights = [(run / "checkpoints/step_4/weights.safetensors").read_bytes() for run in runs.values()]
    assert weights[0] == weights[1]


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "plain").mkdir()
        shutil.copy(RUN / "all_config.yaml", folder / "plain")
        for check in (there_and_back, every_type_and_layout, same_scores_from_every_form,
                      names_of_a_compiled_model, ranks_of_torchrun):
            check(folder)
            print(f"passed: {check.__doc__}")


main()
