"""TorchScript tokenizers of every kind, and what they make of speech.wav.

usage: scripts.py   (from anywhere, with PyTorch 2.x, numpy, safetensors)
"""

import pathlib
import wave

import numpy
import torch
from safetensors.torch import save_file

RESOURCES = pathlib.Path(__file__).resolve().parents[1] / "resources"
OUT = RESOURCES / "script"
RATE, UNIT = 16000, 640
FFT, WINDOW, HOP, BANDS = 512, 400, 160, 20
LEVELS = [8, 5, 5]


class Ids(torch.nn.Module):
    """Loudness in steps of 3 dB."""

    def forward(self, x: torch.Tensor):
        power = x.unfold(1, 640, 640).pow(2).mean(-1) + 1e-6
        return (10.0 * torch.log10(power) / 3 + 20).round().clamp(0, 31).to(torch.int64)


class Wrong(torch.nn.Module):
    """Unit ids beyond the codebook."""

    def forward(self, x: torch.Tensor):
        return x.unfold(1, 640, 640).mean(-1).mul(0).to(torch.int64) + 32


class Vectors(torch.nn.Module):
    """Three numbers for each frame."""

    def __init__(self, norm):
        super().__init__()
        self.norm = norm
        self.linear = torch.nn.Linear(BANDS, 3)

    def forward(self, x: torch.Tensor):
        return self.linear(self.norm(x.transpose(1, 2)).transpose(1, 2)).transpose(1, 2)


def norm(x):
    """Brings each band to mean 0 and deviation 1."""
    layer = torch.nn.BatchNorm1d(BANDS)
    layer.running_mean.copy_(x.mean((0, 2)))
    layer.running_var.copy_(x.var((0, 2)))
    return layer.eval()


def bank(slaney, fft=FFT):
    """Triangles as torchaudio.functional.melscale_fbanks and librosa.filters.mel have them."""
    if slaney:
        def to_mel(f):
            return numpy.where(f < 1000, f * 3 / 200, 15 + numpy.log(numpy.maximum(f, 1) / 1000) * 27 / numpy.log(6.4))

        def to_hertz(m):
            return numpy.where(m < 15, m * 200 / 3, 1000 * numpy.exp((m - 15) * numpy.log(6.4) / 27))
    else:
        def to_mel(f):
            return 2595 * numpy.log10(1 + f / 700)

        def to_hertz(m):
            return 700 * (10 ** (m / 2595) - 1)
    points = to_hertz(numpy.linspace(to_mel(numpy.array(20.0)), to_mel(numpy.array(7600.0)), BANDS + 2))
    slopes = points[:, None] - numpy.linspace(0, RATE / 2, fft // 2 + 1)[None]
    widths = numpy.diff(points)
    triangles = numpy.maximum(0, numpy.minimum(-slopes[:-2] / widths[:-1, None], slopes[2:] / widths[1:, None]))
    if slaney:
        triangles *= (2 / (points[2:] - points[:-2]))[:, None]
    return torch.tensor(triangles, dtype=torch.float32)


def spectrum(x, fft=FFT):
    return torch.stft(x, fft, HOP, WINDOW, torch.hann_window(WINDOW), center=True, pad_mode="reflect",
                      return_complex=True).abs()


with wave.open(str(RESOURCES / "speech.wav")) as f:
    speech = numpy.frombuffer(f.readframes(f.getnframes()), dtype="<i2").astype(numpy.float32) / 32768
x = torch.tensor(speech)[None]
OUT.mkdir(exist_ok=True)
expected = {}
with torch.no_grad():
    torch.manual_seed(1)
    htk = torch.log(torch.clamp(bank(False) @ spectrum(x) ** 2, min=1e-10))  # (1, bands, frames)
    slaney = torch.log10(bank(True) @ spectrum(x) + 1e-5).transpose(1, 2)  # (1, frames, bands)
    expected["mel_htk"], expected["mel_slaney"] = htk[0], slaney[0]
    expected["mel_400"] = torch.log(torch.clamp(bank(False, 400) @ spectrum(x, 400) ** 2, min=1e-10))[0]

    torch.jit.script(Ids()).save(str(OUT / "ids.pt"))
    expected["ids"] = Ids()(x)[0]
    torch.jit.script(Wrong()).save(str(OUT / "wrong.pt"))

    logits = torch.nn.Sequential(norm(htk), torch.nn.Conv1d(BANDS, 8, 5, stride=4, padding=2))
    torch.jit.trace(logits, htk).save(str(OUT / "logits.pt"))
    expected["logits"] = logits(htk)[0].argmax(0)

    vectors = Vectors(norm(slaney.transpose(1, 2)))
    torch.jit.trace(vectors, slaney).save(str(OUT / "fsq.pt"))
    z = vectors(slaney)[0].T.double()  # vector-quantize-pytorch's FSQ.bound and codes_to_indices
    levels = torch.tensor(LEVELS)
    half = (levels - 1) * (1 + 1e-3) / 2
    offset = torch.where(levels % 2 == 0, 0.5, 0.0)
    digits = (torch.tanh(z + torch.atanh(offset / half)) * half - offset).round() + levels // 2
    expected["fsq"] = (digits * torch.tensor([1, 8, 40])).sum(-1).long()

    pool = torch.nn.AvgPool1d(4)
    torch.jit.trace(pool, htk).save(str(OUT / "k-means.pt"))
    frames = pool(htk)[0].T
    centres = frames[torch.randperm(len(frames))[:16]] + 0.1 * torch.randn(16, BANDS)
    save_file({"centres": centres.contiguous()}, str(OUT / "centres.safetensors"))
    numpy.save(OUT / "centres.npy", centres.numpy())
    expected["k-means"] = torch.cdist(frames, centres).argmin(-1)
save_file({k: v.contiguous() for k, v in expected.items()}, str(OUT / "expected.safetensors"))
for name in ("ids", "logits", "fsq", "k-means"):
    print(name, len(expected[name]), len(set(expected[name].tolist())))
