"""Writes the committed golden files from the whole ones: fewer tensors of some groups, no group less.

    python trim.py WHOLE_GOLDEN_FOLDER TRIMMED_GOLDEN_FOLDER

Needs numpy and safetensors.
"""

import json
import pathlib
import re
import shutil
import sys

from safetensors.numpy import load_file, save_file

# Weights whose gradients, updates, moments and averages are kept, beside all that are small.
SMALL = 4096  # bytes
KEPT = {
    "trm_att": ["L_level.layers.0.self_attn.o_proj.weight", "L_level.layers.1.self_attn.o_proj.weight"],
    "trm_mlp": ["L_level.layers.0.mlp_t.down_proj.weight"],
    "hrm": ["H_level.layers.0.self_attn.o_proj.weight"],
    "extra/trm_att_learned": ["embed_pos.embedding_weight"],
    "extra/trm_singlez": ["L_level.layers.0.self_attn.o_proj.weight"],
    "extra/trm_hier6": ["L_level.layers.0.self_attn.o_proj.weight"],
}
# More gradients, of one step.
KEPT_ONCE = {
    "trm_att": ["step1.grad.model.inner.L_level.layers.1.self_attn.qkv_proj.weight"],
    "hrm": ["step1.grad.model.inner.L_level.layers.1.self_attn.o_proj.weight"],
}
# The weights that step 2 starts from stay whole: from other ones nothing after it could be compared.
PER_WEIGHT = ("step1.grad.", "step2.grad.", "step3.grad.", "step2.param.", "step3.param.",
              "adam_m.", "adam_v.", "ema.")

# Latents that nothing starts from: garbage before the first step, and most of six at the end.
NOT_KEPT = {
    "hrm": r"carry0\.z_",
    "extra/trm_att_learned": r"carry0\.z_",
    "extra/trm_singlez": r"carry0\.z_",
    "extra/trm_hier6": r"carry0\.z_|(carry3|eval\.carry)\.z_L[2-6]",
}

# Gradients of large weights that are left out, and one net: the training cases have it twice.
LAYERS_LEFT_OUT = ("net_attention.",)
LAYERS_GRAD_BYTES = 20000
LAYERS_GRADS_KEPT = ("attention_6_heads_rope.qkv_proj", "swiglu.down_proj")

# Of data/, whole: what the builders are given and make, the sampler's batches, votes, symmetries, hashes.
DATA_FOLDERS = ("sudoku_src", "sudoku_out", "maze_src", "maze_out", "arc_src", "arc_out", "arc_eval")
DATA_FILES = ("sampler.json", "sampler.safetensors", "dihedral.safetensors", "hashes.json")


def keep_of_case(case, name, size):
    if case in NOT_KEPT and re.match(NOT_KEPT[case], name):
        return False
    if not name.startswith(PER_WEIGHT) or size <= SMALL or name in KEPT_ONCE.get(case, []):
        return True
    return any(name.endswith(kept) for kept in KEPT[case])


def keep_of_layers(name, size):
    if name.startswith(LAYERS_LEFT_OUT):
        return False
    return not name.endswith(".grad") or size <= LAYERS_GRAD_BYTES or name.startswith(LAYERS_GRADS_KEPT)


def trimmed(tensors, keep):
    return {name: value for name, value in tensors.items() if keep(name, value.nbytes)}


def main(source, target):
    for folder in ("data", "extra"):
        (target / folder).mkdir(parents=True, exist_ok=True)
    for case in KEPT:
        whole = load_file(source / f"{case}.safetensors")
        kept = trimmed(whole, lambda name, size: keep_of_case(case, name, size))
        save_file(kept, target / f"{case}.safetensors")
        about = json.loads((source / f"{case}.json").read_text())
        about["tensors"] = {name: what for name, what in about["tensors"].items() if name in kept}
        (target / f"{case}.json").write_text(json.dumps(about) + "\n")
    layers = trimmed(load_file(source / "data/layers.safetensors"), keep_of_layers)
    save_file(layers, target / "data/layers.safetensors")
    save_file(load_file(source / "data/primitives.safetensors"), target / "data/primitives.safetensors")
    for name in ("data/layers.json", "data/primitives.json"):
        (target / name).write_text((source / name).read_text().rstrip() + "\n")
    for name in [f"data/{folder}" for folder in DATA_FOLDERS] + ["reference_run"]:
        shutil.copytree(source / name, target / name, dirs_exist_ok=True)
    for name in DATA_FILES:
        shutil.copy(source / "data" / name, target / "data" / name)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
