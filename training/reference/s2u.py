"""Times the speech-to-unit network of EMOVA at its full size in eager PyTorch, with random weights.

What `emova bench --model` is compared with: the same network (docs/architectures.md), written the
way that research code is written. Prints one line of JSON for each length.

    OMP_WAIT_POLICY=PASSIVE python3 training/reference/s2u.py --threads 1 --seconds 10 60 --runs 5
"""

import argparse
import json
import math
import resource
import statistics
import time

import torch
from torch import nn
from torch.nn import functional

RATE = 16_000
BANDS, FFT, WINDOW, HOP = 128, 512, 320, 160


class FrontEnd(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("window", torch.hann_window(WINDOW, periodic=False))
        self.register_buffer("fb", torch.rand(1, BANDS, FFT // 2 + 1) / 100)

    def forward(self, x):
        x = x / (x.abs().max() + 1e-5)
        length = math.ceil(x.shape[1] / HOP)
        x = torch.cat([x[:, :1], x[:, 1:] - 0.97 * x[:, :-1]], dim=1)
        spectrum = torch.stft(x, FFT, HOP, WINDOW, self.window, center=True, return_complex=True)
        power = torch.view_as_real(spectrum).pow(2).sum(-1).sqrt().pow(2)
        mel = torch.log(torch.matmul(self.fb, power) + 2**-24)
        valid = mel[:, :, :length]
        mel = (mel - valid.mean(2, keepdim=True)) / (valid.std(2, keepdim=True) + 1e-5)
        mel[:, :, length:] = 0
        return functional.pad(mel, (0, -mel.shape[2] % 16)), length


class Conv(nn.Module):
    def __init__(self, width, out, kernel, stride, rectified):
        super().__init__()
        self.kernel, self.stride, self.rectified = kernel, stride, rectified
        self.conv = nn.Conv1d(width, out, kernel, stride)
        self.norm = nn.LayerNorm(out)

    def forward(self, x, length):
        if self.kernel > 1:
            x = x.masked_fill(torch.arange(x.shape[2]) >= length, 0)
            left = self.kernel // 2 - (self.stride == 2)
            x = functional.pad(x, (left, self.kernel // 2))
        x = self.norm(self.conv(x).transpose(1, 2)).transpose(1, 2)
        return (functional.relu(x) if self.rectified else x), math.ceil(length / self.stride)


class Layer(nn.Module):
    def __init__(self, width, heads, hidden):
        super().__init__()
        self.heads = heads
        for name in ("q_proj", "k_proj", "v_proj", "out_proj"):
            setattr(self, name, nn.Linear(width, width))
        self.self_attn_layer_norm = nn.LayerNorm(width)
        self.fc1, self.fc2 = nn.Linear(width, hidden), nn.Linear(hidden, width)
        self.final_layer_norm = nn.LayerNorm(width)

    def forward(self, x, mask):  # (time, 1, width)
        h = self.self_attn_layer_norm(x)
        h, _ = functional.multi_head_attention_forward(
            h, h, h, h.shape[2], self.heads, None,
            torch.cat([self.q_proj.bias, self.k_proj.bias, self.v_proj.bias]), None, None, False, 0.0,
            self.out_proj.weight, self.out_proj.bias, False, mask, need_weights=False,
            use_separate_proj_weight=True, q_proj_weight=self.q_proj.weight,
            k_proj_weight=self.k_proj.weight, v_proj_weight=self.v_proj.weight)  # fmt: skip
        x = x + h
        return x + self.fc2(functional.gelu(self.fc1(self.final_layer_norm(x))))


class Transformer(nn.Module):
    def __init__(self, width, heads, hidden, layers):
        super().__init__()
        self.position = nn.Conv1d(width, width, 128, padding=64, groups=16)
        self.layers = nn.ModuleList(Layer(width, heads, hidden) for _ in range(layers))
        self.layer_norm = nn.LayerNorm(width)

    def forward(self, x, length):
        mask = torch.arange(x.shape[2])[None] >= length
        x = x.masked_fill(mask, 0)
        x = x + functional.gelu(self.position(x)[:, :, :-1])
        x = x.permute(2, 0, 1)
        for layer in self.layers:
            x = layer(x, mask)
        return self.layer_norm(x).permute(1, 2, 0), length


class Tokenizer(nn.Module):
    def __init__(self):
        super().__init__()
        self.front_end = FrontEnd()
        self.blocks = nn.ModuleList([
            Conv(128, 384, 5, 2, True), Conv(384, 512, 5, 2, True), Conv(512, 512, 1, 1, False),
            Transformer(512, 8, 2048, 2), Conv(512, 1536, 5, 1, True), Conv(1536, 768, 1, 1, False),
            Transformer(768, 12, 3072, 10)])  # fmt: skip
        self.pre_quant = nn.Linear(768, 4)

    def forward(self, x):
        x, length = self.front_end(x)
        for block in self.blocks:
            x, length = block(x, length)
        z = self.pre_quant(x.transpose(1, 2))
        half = 7 * (1 - 1e-3) / 2
        digits = torch.round(torch.tanh(z + math.tan(0.5 / half)) * half - 0.5) + 4
        return (digits * torch.tensor([1.0, 8, 64, 512])).sum(-1).int()[0, :length]


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--seconds", type=int, nargs="+", default=[10, 60])
    arguments.add_argument("--runs", type=int, default=5)
    options = arguments.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    network = Tokenizer().eval()
    with torch.inference_mode():
        for seconds in options.seconds:
            audio = torch.randn(1, seconds * RATE) * 0.1
            times = []
            for run in range(options.runs + 1):
                begin = time.perf_counter()
                units = network(audio)
                if run > 0:
                    times.append((time.perf_counter() - begin) / seconds)
            print(json.dumps({
                "torch": torch.__version__, "threads": options.threads, "seconds": seconds,
                "units": len(units), "secondsPerSecond": round(statistics.median(times), 4),
                "minimum": round(min(times), 4), "maximum": round(max(times), 4),
                "peakMegabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))  # fmt: skip


if __name__ == "__main__":
    main()
