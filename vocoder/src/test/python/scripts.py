"""TorchScript vocoders, and the sound that PyTorch makes with them.

usage: scripts.py   (from anywhere, with PyTorch 2.x, numpy, safetensors)
"""

import pathlib

import numpy
import torch
from safetensors.torch import save_file

OUT = pathlib.Path(__file__).resolve().parents[1] / "resources" / "script"
UNITS, UNIT, WIDTH, STYLE = 16, 160, 6, 4  # 100 units a second at 16 kHz


class Tones(torch.nn.Module):
    """A tone for each unit; ids alone."""

    def forward(self, ids: torch.Tensor):
        time = torch.arange(160, dtype=torch.float32) / 16000
        hertz = 200.0 + 100.0 * ids.to(torch.float32)
        return (0.3 * torch.sin(6.2831853 * hertz.unsqueeze(-1) * time)).reshape(1, -1)


class Styled(torch.nn.Module):
    """Ids and a style: the style's first value is the gain."""

    def __init__(self):
        super().__init__()
        self.tones = Tones()

    def forward(self, ids: torch.Tensor, style: torch.Tensor):
        return self.tones(ids) * style[:, :1]


class Upsampler(torch.nn.Module):
    """A transposed convolution over vectors, with neighbours; (1, width, units) and a style."""

    def __init__(self):
        super().__init__()
        self.mix = torch.nn.Conv1d(WIDTH, 8, 5, padding=2)
        self.style = torch.nn.Linear(STYLE, 8)
        self.up = torch.nn.ConvTranspose1d(8, 1, UNIT, stride=UNIT)

    def forward(self, x: torch.Tensor, style: torch.Tensor):
        return torch.tanh(self.up(torch.relu(self.mix(x) + self.style(style).unsqueeze(-1))))


class Wrong(torch.nn.Module):
    """Half as much sound as the units last, then not a number."""

    def forward(self, ids: torch.Tensor):
        if bool((ids > 0).any()):
            return torch.full((1, 160 * ids.shape[1]), float("nan"))
        return torch.zeros(1, 80 * ids.shape[1])


OUT.mkdir(exist_ok=True)
torch.manual_seed(1)
ids = torch.randint(0, UNITS, (1, 230))
style = torch.tensor([[0.5, -1.0, 2.0, 0.25]])
embeddings = torch.randn(UNITS, WIDTH)
with torch.no_grad():
    upsampler = Upsampler().eval()
    torch.jit.script(Tones()).save(str(OUT / "tones.pt"))
    torch.jit.script(Styled()).save(str(OUT / "styled.pt"))
    torch.jit.script(upsampler).save(str(OUT / "upsampler.pt"))
    torch.jit.script(Wrong()).save(str(OUT / "wrong.pt"))
    numpy.save(OUT / "embeddings.npy", embeddings.numpy())
    save_file({"embeddings": embeddings}, str(OUT / "embeddings.safetensors"))
    save_file(
        {
            "ids": ids[0],
            "style": style[0].contiguous(),
            "tones": Tones()(ids)[0].contiguous(),
            "styled": Styled()(ids, style)[0].contiguous(),
            "upsampler": upsampler(embeddings[ids[0]].T[None], style)[0, 0].contiguous(),
        },
        str(OUT / "expected.safetensors"),
    )
