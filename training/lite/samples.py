"""What the shipped sentences (samples/*.flac) become: a fixture for a regression test of the product.

usage: samples.py MODEL_DIR OUT_DIR

OUT_DIR/samples.safetensors holds for each sentence NAME: `NAME.ids`, the unit of every 40 ms, and `NAME.female`, `NAME.male`: the
spectrum of its conversion, (U, 16): every 40 ms the natural log of the mean power of 512 samples (Hann window, centred on the middle of
the unit) in 16 bands of 500 Hz, 16 bins each, minus its mean over the sentence's loud part. F0 is praat's here and the product's there, and the
noise differs, so spectra agree nearly, not exactly.
"""

import argparse
import pathlib
import subprocess
import tempfile

import numpy
import torch
from safetensors.numpy import save_file

from audio import frame_count, read_f0, read_wave
from convert import Converter
from networks import SAMPLES_PER_UNIT
from pitch import run_praat

SAMPLES = pathlib.Path(__file__).resolve().parents[2] / "samples"
WINDOW, BANDS = 512, 16
LOUD = 4.0  # units whose mean is within this of the loudest count for the level


def spectrum(wave):
    """(N) -> (U, 16)"""
    units = len(wave) // SAMPLES_PER_UNIT
    padded = numpy.pad(wave, (0, WINDOW))
    window = 0.5 - 0.5 * numpy.cos(2 * numpy.pi * numpy.arange(WINDOW) / WINDOW)
    rows = []
    for u in range(units):
        start = u * SAMPLES_PER_UNIT + (SAMPLES_PER_UNIT - WINDOW) // 2
        power = numpy.abs(numpy.fft.rfft(padded[start : start + WINDOW] * window)) ** 2
        rows.append(numpy.log(power[1:].reshape(BANDS, -1).mean(-1) + 1e-7))
    rows = numpy.array(rows)
    level = rows.mean(-1)
    return (rows - level[level > level.max() - LOUD].mean()).astype(numpy.float32)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model_dir", type=pathlib.Path)
    parser.add_argument("out_dir", type=pathlib.Path)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    converter = Converter(arguments.model_dir)
    tensors = {}
    with tempfile.TemporaryDirectory() as folder:
        for flac in sorted(SAMPLES.glob("*.flac")):
            wav = pathlib.Path(folder) / f"{flac.stem}.wav"
            command = ["ffmpeg", "-v", "error", "-nostdin", "-i", str(flac), "-ac", "1", "-ar", "16000", "-c:a", "pcm_s16le", str(wav)]
            subprocess.run(command, check=True)
            run_praat([wav], 1, False, pathlib.Path(folder))
            wave = read_wave(wav)
            f0 = read_f0(wav.with_suffix(".f0"), frame_count(wave))
            for voice in ("female", "male"):
                made, ids = converter.convert(wave, f0, voice)
                tensors[f"{flac.stem}.{voice}"] = spectrum(made.numpy() / float(made.abs().max()))
                tensors[f"{flac.stem}.ids"] = ids.numpy().astype(numpy.int32)
    save_file(tensors, arguments.out_dir / "samples.safetensors")
    (arguments.out_dir / "samples.safetensors").chmod(0o644)
    print({name: tensor.shape for name, tensor in tensors.items()})


if __name__ == "__main__":
    main()
