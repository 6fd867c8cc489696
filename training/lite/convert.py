"""Conversion with the exported model, as the product does it: codes of the source, its prosody carried over, another voice.

usage: convert.py MODEL_DIR INPUT.wav OUTPUT.wav [--voice female|male|own] [--emotion NAME] [--intensity I]
"""

import argparse
import json
import math
import pathlib
import tempfile

import numpy
import scipy.io.wavfile
import torch

from audio import frame_count, gain_of, prosody_of, read_f0, read_wave, speaker_input
from models import load_models
from networks import ACTIVE_LEVEL, HOP, REFERENCE_HZ, SAMPLE_RATE, codes_to_ids, energy_of, log_mel, normalise
from pitch import run_praat
from styles import Styling, melody, shape, stretched, stretched_f0, synthesise_styled


class Converter:
    def __init__(self, model_dir):
        self.tokenizer, self.speaker_encoder, self.vocoder = load_models(model_dir)
        self.style = json.loads((pathlib.Path(model_dir) / "style.json").read_text())
        self.speakers = {speaker["id"]: speaker for speaker in self.style["speakers"]}
        self.emotions = {emotion["id"]: emotion for emotion in self.style["emotions"]}

    @torch.no_grad()
    def speaker_of(self, mel):
        """Log-mel of a scaled wave (T, 80) -> speaker vector (64)."""
        mel, mask = speaker_input(mel)
        return self.speaker_encoder(mel[None], mask[None])[0]

    @torch.no_grad()
    def convert(self, wave, f0, voice="own", prosody="carried", seed=0, emotion="neutral", intensity=1.0, styling=None):
        """wave (N) at 16 kHz and its F0 (T) -> (160 T / speed) at the source's level, and the unit ids.

        voice: `own` (the recording's) or a shipped one. prosody: `carried` from the source, or `predicted` from codes and voice.
        emotion: one of style.json's; styling: factors instead of an emotion's.
        """
        gain = gain_of(wave)
        mel = log_mel(wave * gain)
        codes = self.tokenizer(normalise(mel)[None])
        voiced = f0 > 0
        source_mean = float(torch.log(f0[voiced]).mean()) if voiced.any() else math.log(REFERENCE_HZ)
        if voice == "own":
            speaker, target_mean = self.speaker_of(mel), source_mean
        else:
            entry = self.speakers[voice]
            speaker, target_mean = torch.tensor(entry["embedding"]), entry["lnF0Mean"]
        styling = styling or Styling.of(self.emotions[emotion], intensity)
        speaker = speaker[None]
        energy = energy_of(mel)
        if prosody == "predicted":
            predicted = self.vocoder.predict_prosody(codes, speaker)[0]
            f0 = (torch.exp(predicted[:, 0] + target_mean) * (predicted[:, 1] > 0)).clamp(max=500.0)
            energy = predicted[:, 2] * 3.0 + ACTIVE_LEVEL
        f0, energy = melody(f0, energy, target_mean, styling)
        harmonic, noise = self.vocoder.envelope(codes, speaker, prosody_of(f0, energy)[None])
        harmonic, noise = shape(harmonic[0], noise[0], (f0 > 0).float(), styling)
        frames = max(1, round(len(f0) / styling.speed))
        f0 = stretched_f0(f0, frames, styling.speed)
        harmonic, noise = (stretched(x, frames, styling.speed) for x in (harmonic, noise))
        white = torch.randn(HOP * frames, generator=torch.Generator().manual_seed(seed))
        return synthesise_styled(harmonic, noise, f0, white, styling.jitter) / gain, codes_to_ids(codes[0])


def write_wave(path, wave):
    samples = (wave.clamp(-1, 1) * 32767).round().numpy().astype(numpy.int16)
    scipy.io.wavfile.write(path, SAMPLE_RATE, samples)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model_dir", type=pathlib.Path)
    parser.add_argument("input", type=pathlib.Path)
    parser.add_argument("output", type=pathlib.Path)
    parser.add_argument("--voice", default="own")
    parser.add_argument("--prosody", choices=("carried", "predicted"), default="carried")
    parser.add_argument("--emotion", default="neutral")
    parser.add_argument("--intensity", type=float, default=1.0)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    wave = read_wave(arguments.input)
    with tempfile.TemporaryDirectory() as folder:
        link = pathlib.Path(folder) / "input.wav"
        link.symlink_to(arguments.input.resolve())
        run_praat([link], 1, False, pathlib.Path(folder))
        f0 = read_f0(link.with_suffix(".f0"), frame_count(wave))
    output, ids = Converter(arguments.model_dir).convert(wave, f0, arguments.voice, arguments.prosody, emotion=arguments.emotion, intensity=arguments.intensity)
    write_wave(arguments.output, output)
    print(len(ids), "units of 40 ms,", len(torch.unique_consecutive(ids)), "without repeats")


if __name__ == "__main__":
    main()
