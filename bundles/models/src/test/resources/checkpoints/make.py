"""Writes the checkpoints of this folder, by PyTorch itself. Run here:

    python make.py DIR       (torch 2.7; DIR holds the golden fixtures s2u/ and u2s/)
"""

import sys
from collections import OrderedDict

import torch
from safetensors.torch import load_file

GOLDEN = sys.argv[1]


def module(state):
    """A state_dict as a module gives it: with attributes."""
    ordered = OrderedDict(state)
    ordered._metadata = OrderedDict({"": {"version": 1}})
    return ordered


def optimizer(state):
    some = list(state.values())[:3]
    return {
        "state": {i: {"step": torch.tensor(7.0), "exp_avg": torch.zeros_like(t)} for i, t in enumerate(some)},
        "param_groups": [{"lr": 1e-3, "betas": (0.9, 0.98), "foreach": None, "params": [0, 1, 2]}],
    }


# Every element type, views, a shared storage, and every plain Python type.
base = torch.arange(24, dtype=torch.float32).reshape(4, 6)
torch.manual_seed(1)
kinds = {
    "f32": base,
    "f16": base.half() / 8,
    "bf16": base.bfloat16() / 8,
    "f64": base.double() / 3,
    "i64": base.long(),
    "i32": base.int(),
    "i16": base.short(),
    "i8": base.to(torch.int8),
    "u8": base.byte(),
    "bool": base > 3,
    "scalar": torch.tensor(2.5),
    "empty": torch.zeros(0, 3),
    "transposed": base.t(),
    "slice": base[1:3, 2:5],
    "stepped": base[::2, ::3],
    "expanded": torch.tensor([1.0, 2.0]).unsqueeze(1).expand(2, 3),
    "parameter": torch.nn.Parameter(base + 1),
    "nested": {"list": [torch.tensor([1.0]), (torch.tensor([2.0]), None)], 5: torch.tensor([3.0])},
    "plain": [None, True, False, 0, -1, 255, 65536, -(2**40), 2**100, 1.5, "text", "", {"a": (1,)}],
}
torch.save(kinds, "kinds.pth")
torch.save(kinds, "kinds-legacy.pth", _use_new_zipfile_serialization=False)

# As Lightning saves: a state_dict among much else.
s2u = load_file(f"{GOLDEN}/s2u/tiny_b/weights.safetensors")
torch.save(
    {
        "epoch": 12,
        "global_step": 120000,
        "pytorch-lightning_version": "1.4.9",
        "state_dict": module(s2u),
        "callbacks": {"ModelCheckpoint": {"best_model_score": torch.tensor(0.25), "dirpath": "/tmp/x"}},
        "optimizer_states": [optimizer(s2u)],
        "lr_schedulers": [{"last_epoch": 12, "_last_lr": [1e-4]}],
    },
    "s2u-tiny_b.ckpt",
)

# As VITS saves: parameters and an optimizer; norms in lower case.
u2s = {
    k.replace("GAMMA", "gamma").replace("BETA", "beta"): torch.nn.Parameter(v)
    for k, v in load_file(f"{GOLDEN}/u2s/tiny_b/model.safetensors").items()
}
torch.save(
    {"model": module(u2s), "iteration": 322000, "optimizer": optimizer(u2s), "learning_rate": 2e-4},
    "u2s-tiny_b.pth",
)
