"""Times the generator of EMOVA's unit-to-speech network at its full size in eager PyTorch, with
random weights. It takes 97 % of the time of the whole network.

What `emova bench --model` is compared with: the same network (docs/architectures.md), written the
way that research code is written. Prints one line of JSON for each length.

    OMP_WAIT_POLICY=PASSIVE python3 training/reference/u2s.py --threads 1 --seconds 10 --runs 3
    ... --seconds 60 --piece 256
"""

import argparse
import json
import resource
import statistics
import time

import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils import weight_norm

RATE, HOP, MARGIN = 22_050, 256, 13


class Residual(nn.Module):
    def __init__(self, channels, kernel):
        super().__init__()
        pad = kernel // 2
        self.first = nn.ModuleList(
            weight_norm(nn.Conv1d(channels, channels, kernel, 1, pad * d, d)) for d in (1, 3, 5))
        self.second = nn.ModuleList(
            weight_norm(nn.Conv1d(channels, channels, kernel, 1, pad)) for _ in range(3))

    def forward(self, x):
        for first, second in zip(self.first, self.second):
            x = x + second(functional.leaky_relu(first(functional.leaky_relu(x, 0.1)), 0.1))
        return x


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.pre, self.condition = nn.Conv1d(192, 512, 7, 1, 3), nn.Conv1d(256, 512, 1)
        self.ups = nn.ModuleList(
            weight_norm(nn.ConvTranspose1d(512 >> i, 256 >> i, kernel, stride, (kernel - stride) // 2))
            for i, (stride, kernel) in enumerate([(8, 16), (8, 16), (2, 4), (2, 4)]))
        self.blocks = nn.ModuleList(
            Residual(256 >> i, kernel) for i in range(4) for kernel in (3, 7, 11))
        self.post = nn.Conv1d(32, 1, 7, 1, 3, bias=False)

    def forward(self, x, style):
        x = self.pre(x) + self.condition(style)
        for i, up in enumerate(self.ups):
            x = up(functional.leaky_relu(x, 0.1))
            x = sum(block(x) for block in self.blocks[3 * i : 3 * i + 3]) / 3
        return torch.tanh(self.post(functional.leaky_relu(x)))


def decode(network, latent, style, piece):
    if piece == 0:
        return network(latent, style)
    sound = []
    for begin in range(0, latent.shape[2], piece):
        low, high = max(0, begin - MARGIN), min(latent.shape[2], begin + piece + MARGIN)
        part = network(latent[:, :, low:high], style)
        end = min(begin + piece, latent.shape[2])
        sound.append(part[:, :, (begin - low) * HOP : (end - low) * HOP])
    return torch.cat(sound, 2)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--seconds", type=int, nargs="+", default=[10])
    arguments.add_argument("--runs", type=int, default=3)
    arguments.add_argument("--piece", type=int, default=0, help="frames at once; 0: all")
    options = arguments.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    network = Generator().eval()
    with torch.inference_mode():
        for seconds in options.seconds:
            latent = torch.randn(1, 192, seconds * RATE // HOP) * 0.3
            style, times = torch.randn(1, 256, 1) * 0.1, []
            for run in range(options.runs + 1):
                begin = time.perf_counter()
                sound = decode(network, latent, style, options.piece)
                if run > 0:
                    times.append((time.perf_counter() - begin) * RATE / sound.shape[2])
            print(json.dumps({
                "torch": torch.__version__, "threads": options.threads, "seconds": seconds,
                "piece": options.piece, "secondsPerSecond": round(statistics.median(times), 4),
                "minimum": round(min(times), 4), "maximum": round(max(times), 4),
                "peakMegabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))  # fmt: skip


if __name__ == "__main__":
    main()
