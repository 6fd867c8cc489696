"""TorchScript files for the tests of ScriptNetwork.

usage: scripts.py   (from anywhere, with PyTorch 2.x)
"""

import pathlib
from typing import Any

import torch

OUT = pathlib.Path(__file__).resolve().parents[1] / "resources" / "scripts"


class Outputs(torch.nn.Module):
    """The first element of the input says what comes back."""

    def forward(self, x: torch.Tensor) -> Any:
        kind = int(x[0])
        if kind == 0:
            return torch.stack([x * 0.5, x + 1])
        if kind == 1:
            return x.to(torch.int32)
        if kind == 2:
            return x.to(torch.bfloat16)
        if kind == 3:
            return x.to(torch.float64).unsqueeze(0).t()  # not contiguous
        if kind == 4:
            return (x, x)
        if kind == 5:
            return torch.complex(x, x)
        if kind == 6:
            return x.to_sparse()
        if kind == 7:
            return x.to("meta")
        if kind == 8:
            return torch.zeros(1).expand(1 << 20, 1 << 20, 1 << 20)
        if kind == 9:
            return x > 0
        if kind == 10:
            return torch.quantize_per_tensor(x, 0.1, 0, torch.qint8)
        if kind == 11:
            return x @ x.reshape(1, -1).expand(4, -1)  # shapes don't fit
        if kind == 12:
            return x[:0]
        if kind == 13:
            return x.to(torch.int16)
        if kind == 14:
            return None
        if kind == 15:
            return x.to(torch.float16)
        if kind == 16:
            return x.to(torch.uint8)
        raise ValueError("no such kind")


class Counter(torch.nn.Module):
    """Keeps state: each call adds one."""

    def __init__(self):
        super().__init__()
        self.register_buffer("count", torch.zeros(1))

    def forward(self, x: torch.Tensor):
        self.count.add_(1)
        return self.count.clone()


OUT.mkdir(parents=True, exist_ok=True)
torch.jit.script(Outputs()).save(str(OUT / "outputs.pt"))
torch.jit.script(Counter()).save(str(OUT / "counter.pt"))
