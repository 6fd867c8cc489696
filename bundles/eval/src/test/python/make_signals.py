"""Makes signals.tsv: STOI and ESTOI by pystoi, spectral distances by NumPy and SciPy.

python make_signals.py FOLDER_OF_RECORDINGS > ../resources/org/emova4j/eval/metric/signals.tsv

Needs requirements.txt and ffmpeg. Columns: clean signal, sample rate, what was done to it, STOI, ESTOI, mel-cepstral distortion,
log-spectral distance, mel-cepstral distortion along the cheapest path. A clean signal "synthetic" is made here and in
SignalMetricsTest by the same formulas.
"""
import pathlib, subprocess, sys
import numpy as np
import pystoi, scipy
from scipy.fft import dct
from pystoi import stoi
from pystoi.utils import resample_oct

RECORDINGS = ["kathleen/kathleen_arctic_a0001.flac:24000", "ljspeech/lj_LJ001-0002.flac:22050",
              "emo_db/emodb_03a01Fa.flac:16000", "vctk/vctk_p225_011.flac:16000"]


def noise(length):
    """Uniform in -1..1, by the linear congruential generator of POSIX's rand()."""
    out, x = np.empty(length), 12345
    for i in range(length):
        x = (1103515245 * x + 12345) & 0x7FFFFFFF
        out[i] = x / 2**30 - 1
    return out


def synthetic(rate, seconds=3):
    t = np.arange(rate * seconds) / rate
    phase = 120 * t - 20 / np.pi * (np.cos(np.pi * t) - 1)
    voice = sum(np.sin(2 * np.pi * k * phase) / k * (0.6 + 0.4 * np.sin(2 * np.pi * (1.3 + 0.17 * k) * t + k)) for k in range(1, 26))
    return 0.1 * voice * np.sqrt(np.maximum(0, np.sin(2 * np.pi * 1.5 * t))) + 1e-4 * noise(len(t))[::-1]


def recording(path, rate):
    raw = subprocess.run(["ffmpeg", "-v", "error", "-i", path, "-ac", "1", "-ar", str(rate), "-f", "s16le", "-"], capture_output=True, check=True)
    return np.frombuffer(raw.stdout, "<i2") / 32768


def disturbed(x, how):
    name, value = how.split("=")
    value = float(value)
    if name == "snr":  # decibels, white
        n = noise(len(x))
        return x + n * np.sqrt(np.mean(x**2) / np.mean(n**2)) * 10 ** (-value / 20)
    if name == "clip":  # part of the peak
        peak = value * np.max(np.abs(x))
        return np.clip(x, -peak, peak)
    if name == "tilt":  # first-order filter
        return x - value * np.concatenate([[0], x[:-1]])
    if name == "gain":
        return x * value
    raise ValueError(how)


def frames(x, rate):
    x = x if rate == 16000 else resample_oct(x, 16000, rate)
    count = -(-len(x) // 160)
    padded = np.concatenate([np.zeros(200), x, np.zeros(400)])
    window = np.hanning(402)[1:-1]
    return np.abs(np.fft.rfft([padded[160 * t:160 * t + 400] * window for t in range(count)], 512)) ** 2


def cepstra(power):
    mel = lambda f: 2595 * np.log10(1 + f / 700)
    edges = np.linspace(0, mel(8000), 42)
    at = mel(np.linspace(0, 8000, 257))
    filters = np.array([np.interp(at, edges[j:j + 3], [0, 1, 0]) for j in range(40)])
    filters /= filters.sum(1, keepdims=True)
    return dct(0.5 * np.log(np.maximum(1e-10, power @ filters.T)), type=2)[:, 1:25] / 40


def mel_cepstral(power, x, y, pairs):
    pairs = [(i, j) for i, j in pairs if power[i].sum() > power.sum(1).max() / 1e4]
    return np.mean([10 / np.log(10) * np.sqrt(2 * np.sum((x[i] - y[j]) ** 2)) for i, j in pairs])


def log_spectral(x, px, y, py):
    px, py = (np.maximum(1e-6, p * 0.01 / np.mean(s**2)) for s, p in ((x, px), (y, py)))
    speech = px.sum(1) > px.sum(1).max() / 1e4
    return np.mean(np.sqrt(np.mean((10 * np.log10(px / py)) ** 2, 1))[speech])


def warp(x, y):
    d = np.sqrt(((x[:, None] - y[None]) ** 2).sum(2))
    total = np.full((len(x) + 1, len(y) + 1), np.inf)
    total[0, 0] = 0
    for i in range(len(x)):
        for j in range(len(y)):
            total[i + 1, j + 1] = d[i, j] + min(total[i, j], total[i, j + 1], total[i + 1, j])
    path, (i, j) = [], d.shape
    while i > 0:
        path.append((i - 1, j - 1))
        i, j = min((total[i - 1, j - 1], 0, (i - 1, j - 1)), (total[i - 1, j], 1, (i - 1, j)), (total[i, j - 1], 2, (i, j - 1)))[2]
    return path


def main(folder):
    print(f"# pystoi 0.4.1, numpy {np.__version__}, scipy {scipy.__version__}")
    for name in ["synthetic:16000", "synthetic:32000", "synthetic:44100", *RECORDINGS]:
        path, rate = name.split(":")
        rate = int(rate)
        x = synthetic(rate) if path == "synthetic" else recording(folder / path, rate)
        for how in ["gain=1", "gain=0.25", "snr=10", "snr=0", "clip=0.1", "tilt=0.9"]:
            y = disturbed(x, how)
            px, py = frames(x, rate), frames(y, rate)
            cx, cy = cepstra(px), cepstra(py)
            figures = [stoi(x, y, rate), stoi(x, y, rate, extended=True), mel_cepstral(px, cx, cy, [(t, t) for t in range(len(px))]),
                       log_spectral(x, px, y, py), mel_cepstral(px, cx, cy, warp(cx, cy))]
            print(path, rate, how, *(f"{f:.6f}" for f in figures), sep="\t")


main(pathlib.Path(sys.argv[1]))
