"""Draws what the model card shows, small: what the emotion judge hears, spectrograms before and after, F0 under each emotion.

usage: figures.py WORK_DIR MODEL_DIR FIGURES_DIR     (after judge.py, for WORK_DIR/judge.json)

The sentence is samples/statement.flac, synthetic speech: no person's voice is in the figures.
"""

import argparse
import json
import pathlib
import subprocess
import tempfile

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy
import torch
from PIL import Image

from audio import frame_count, gain_of, read_f0, read_wave
from convert import Converter
from measure_sound import pitch_of
from networks import log_mel
from pitch import run_praat
from samples import SAMPLES

DPI = 80
COLOURS = 96


def save(figure, path):
    figure.tight_layout()
    figure.savefig(path, dpi=DPI)
    plt.close(figure)
    Image.open(path).convert("RGB").quantize(COLOURS).save(path, optimize=True)  # a third of the size


def draw_judge(found, path):
    names = list(found["converted confusion"])
    figure, axes = plt.subplots(1, 3, figsize=(10.5, 3.2))
    for axis, (title, table) in zip(axes, (("human speech of other people", found["human confusion"]), ("converted, intensity 1", found["converted confusion"]))):
        shares = numpy.array([[table[a][b] for b in names] for a in names], float)
        shares /= shares.sum(1, keepdims=True).clip(min=1)
        axis.imshow(shares, vmin=0, vmax=1, cmap="Blues")
        axis.set_xticks(range(4), names)
        axis.set_yticks(range(4), names)
        axis.set(title=title, xlabel="heard", ylabel="meant")
        for i in range(4):
            for j in range(4):
                axis.text(j, i, f"{100 * shares[i, j]:.0f}", ha="center", va="center", color="white" if shares[i, j] > 0.5 else "black")
    for emotion, points in found["by intensity"].items():
        at = sorted(points, key=float)
        axes[2].plot([float(x) for x in at], [points[x]["probability"] for x in at], marker="o", label=emotion)
    axes[2].set(title="the judge's belief", xlabel="intensity", ylim=(0, 1))
    axes[2].legend()
    save(figure, path)


def draw_spectrograms(waves, path):
    figure, axes = plt.subplots(len(waves), 1, figsize=(7.5, 1.7 * len(waves)), sharex=True)
    for axis, (title, wave) in zip(axes, waves.items()):
        mel = log_mel(wave * gain_of(wave)).T.numpy()
        axis.imshow(mel, origin="lower", aspect="auto", vmin=-9, vmax=-1, cmap="magma", extent=(0, mel.shape[1] / 100, 0, 80))
        axis.set_title(title, fontsize=9, pad=2)
        axis.set_yticks([])
    axes[-1].set_xlabel("seconds")
    save(figure, path)


def draw_contours(contours, path):
    figure, axes = plt.subplots(1, 2, figsize=(10.5, 3.2), sharey=True)
    for axis, voice in zip(axes, ("female", "male")):
        for emotion in (e for v, e in contours if v == voice):
            f0 = contours[voice, emotion].numpy()
            axis.plot(numpy.arange(len(f0)) / 100, numpy.where(f0 > 0, f0, numpy.nan), label=emotion, linewidth=1)
        axis.set(title=voice, xlabel="seconds", ylabel="F0 in Hz", yscale="log")
        axis.set_yticks([60, 80, 120, 180, 260, 380], ["60", "80", "120", "180", "260", "380"])
        axis.minorticks_off()
    axes[1].legend(fontsize=7)
    save(figure, path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work_dir", type=pathlib.Path)
    parser.add_argument("model_dir", type=pathlib.Path)
    parser.add_argument("figures_dir", type=pathlib.Path)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    converter = Converter(arguments.model_dir)
    draw_judge(json.loads((arguments.work_dir / "judge.json").read_text()), arguments.figures_dir / "emotions.png")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        wav = folder / "statement.wav"
        command = ["ffmpeg", "-v", "error", "-nostdin", "-i", str(SAMPLES / "statement.flac"), "-ac", "1", "-ar", "16000", "-c:a", "pcm_s16le", str(wav)]
        subprocess.run(command, check=True)
        run_praat([wav], 1, False, folder)
        wave = read_wave(wav)
        f0 = read_f0(wav.with_suffix(".f0"), frame_count(wave))
        made = {(voice, emotion): converter.convert(wave, f0, voice, emotion=emotion)[0]
                for voice in ("female", "male") for emotion in converter.emotions}
        draw_spectrograms({"samples/statement.flac": wave, "its own voice": converter.convert(wave, f0, "own")[0],
                           "female": made["female", "neutral"], "male": made["male", "neutral"]}, arguments.figures_dir / "spectrograms.png")
        draw_contours(dict(zip(made, pitch_of(list(made.values()), folder))), arguments.figures_dir / "melody.png")


if __name__ == "__main__":
    main()
