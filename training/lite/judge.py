"""Is an emotion heard? A judge that learnt from human emotional speech alone listens to converted neutral speech.

The judge is linear discriminant analysis with shrinkage on prosody and voice quality, each against the mean of the same voice's neutral
speech, as a listener who knows the voice hears it: ln F0 (mean, deviation, spread, movement), spectral tilt and shape, harmonics-to-noise
ratio, jitter, and rates. Loudness is left out: the copies of Emo-DB are brought to full scale. It knows four emotions.

  JUDGE_SPEAKERS of Emo-DB train it; emotions.FACTOR_SPEAKERS, whom the shipped factors come from, are other people. How well it does on
  those people's own speech tells how good a judge it is. With --other-way it learns from FACTOR_SPEAKERS instead: factors may be tuned
  against that one, as the reported judge never hears of it.
"""

import argparse
import json
import math
import pathlib
import random
import tempfile

import numpy
import torch

from audio import frame_count, gain_of, read_f0
from convert import Converter, write_wave
from corpus import load_corpus
from emotions import FACTOR_SPEAKERS, mel_centres
from networks import ACTIVE_RANGE, energy_of, log_mel
from pitch import run_praat
from styles import Styling

JUDGE_SPEAKERS = ("emodb12", "emodb13", "emodb14", "emodb15")
EMOTIONS = ("neutral", "happy", "sad", "angry")
INTENSITIES = (0.25, 0.5, 0.75, 1.0)
SHRINKAGE = 0.3
SHAPES = 6  # cepstral coefficients of the long-term spectrum, besides the tilt


def features(mel, f0, voice_file):
    """Log-mel (T, 80) of a levelled recording, its F0 (T), praat's harmonicity and jitter -> numbers, or None without enough voice."""
    energy = energy_of(mel)
    active = energy >= torch.quantile(energy, 0.99) - ACTIVE_RANGE
    where = torch.nonzero(active)[:, 0]
    inside = slice(int(where[0]), int(where[-1]) + 1)
    f0 = f0.numpy()[inside]
    voiced = f0 > 0
    if voiced.sum() < 30:
        return None
    pitch = numpy.log(f0[voiced]) * 12 / math.log(2)
    steps = numpy.abs(numpy.diff(numpy.log(numpy.maximum(f0, 1))) * 1200 / math.log(2))[voiced[1:] & voiced[:-1]]
    centres = mel_centres()
    band = (centres >= 200) & (centres <= 5000)
    spectrum = mel[active].mean(0).numpy() * (20 / math.log(10))
    tilt = numpy.polyfit(numpy.log2(centres[band]), spectrum[band], 1)[0]
    cosines = numpy.cos(numpy.pi * numpy.arange(1, SHAPES + 1)[:, None] * (numpy.arange(80) + 0.5) / 80)
    numbers = [float(x) if "undefined" not in x else math.nan for x in voice_file.read_text().split()]
    runs = numpy.diff(numpy.flatnonzero(numpy.diff(numpy.concatenate([[0], voiced, [0]]).astype(int))))[::2]
    track = energy[inside].numpy()
    smooth = numpy.convolve(track, numpy.hanning(11) / numpy.hanning(11).sum(), "same")
    peaks = ((smooth[1:-1] > smooth[:-2]) & (smooth[1:-1] >= smooth[2:]) & (smooth[1:-1] > smooth.max() - 2.5)).sum()
    return numpy.array([
        pitch.mean(), pitch.std(), numpy.percentile(pitch, 90) - numpy.percentile(pitch, 10), numpy.median(steps), tilt,
        *(cosines @ spectrum / 80), numbers[0], 1000 * (numbers[1] if not math.isnan(numbers[1]) else 0.02),
        10 * math.log(runs.mean()), 10 * math.log((peaks + 1) / len(track)), mel[active].std(0).mean().item(),
    ])


class Judge:
    """Shrunken linear discriminant analysis with equal priors."""

    def __init__(self, examples):
        """examples: (voice, emotion, features)"""
        relative = self.relative(examples)
        self.scale = numpy.stack([x for _, x in relative]).std(0) + 1e-6
        classes = {e: numpy.stack([x / self.scale for emotion, x in relative if emotion == e]) for e in EMOTIONS}
        self.means = {e: x.mean(0) for e, x in classes.items()}
        within = sum((x - x.mean(0)).T @ (x - x.mean(0)) for x in classes.values()) / (len(relative) - len(classes))
        within = (1 - SHRINKAGE) * within + SHRINKAGE * numpy.eye(len(within)) * numpy.trace(within) / len(within)
        self.inverse = numpy.linalg.inv(within)

    @staticmethod
    def relative(examples):
        """-> (emotion, features minus the mean of the same voice's neutral ones)"""
        neutral = {}
        for voice, emotion, x in examples:
            if emotion == "neutral":
                neutral.setdefault(voice, []).append(x)
        return [(emotion, x - numpy.mean(neutral[voice], 0)) for voice, emotion, x in examples if voice in neutral]

    def scores(self, x):
        """-> the probability of each emotion"""
        x = x / self.scale
        logits = numpy.array([-0.5 * (x - m) @ self.inverse @ (x - m) for m in self.means.values()])
        logits = numpy.exp(logits - logits.max())
        return dict(zip(self.means, logits / logits.sum()))

    def decide(self, x):
        scores = self.scores(x)
        return max(scores, key=scores.get)


def human_examples(utterances, folder, speakers):
    found = []
    for row in utterances:
        if row["set"] == "emodb" and row["speaker"] in speakers and row["emotion"] in EMOTIONS:
            x = features(row["mel"].float(), row["f0"], folder / f"{row['name']}.voice")
            if x is not None:
                found.append((row["speaker"], row["emotion"], x))
    return found


def heard(waves, folder):
    """Waves -> features of each, with praat's help."""
    paths = []
    for i, wave in enumerate(waves):
        paths.append(folder / f"{i:05d}.wav")
        write_wave(paths[-1], wave / max(1.0, float(wave.abs().max()) / 0.99))
    run_praat(paths, 1, True, folder)
    results = []
    for path, wave in zip(paths, waves):
        mel = log_mel(wave * gain_of(wave))
        results.append(features(mel, read_f0(path.with_suffix(".f0"), frame_count(wave)), path.with_suffix(".voice")))
        for suffix in (".wav", ".f0", ".voice"):
            path.with_suffix(suffix).unlink()
    return results


def confusion(judge, examples):
    table = {e: dict.fromkeys(EMOTIONS, 0) for e in EMOTIONS}
    for emotion, x in judge.relative(examples):
        table[emotion][judge.decide(x)] += 1
    return table


def recall(table):
    """Mean over emotions of the share that was recognised."""
    return sum(row[e] / max(1, sum(row.values())) for e, row in table.items()) / len(table)


def neutral_sources(utterances, count, split="dev"):
    rows = [r for r in utterances if r["split"] == split and r["set"] in ("kathleen", "librispeech") and 150 < len(r["f0"]) < 900]
    by_set = {name: sorted((r for r in rows if r["set"] == name), key=lambda r: r["name"]) for name in ("kathleen", "librispeech")}
    return [row for pair in zip(*by_set.values()) for row in pair][:count]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work_dir", type=pathlib.Path)
    parser.add_argument("model_dir", type=pathlib.Path)
    parser.add_argument("--corpus", default="corpus.pt")
    parser.add_argument("--emotions", type=pathlib.Path, help="factors to hear instead of the model's own")
    parser.add_argument("--sources", type=int, default=20, help="neutral recordings, half Kathleen's, half LibriSpeech's")
    parser.add_argument("--other-way", action="store_true", help="the judge learns from the factors' speakers: for tuning")
    parser.add_argument("--json", type=pathlib.Path)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    utterances, _ = load_corpus(arguments.work_dir, arguments.corpus)
    human = arguments.work_dir / "human"
    own, others = (human_examples(utterances, human, speakers) for speakers in (JUDGE_SPEAKERS, FACTOR_SPEAKERS))
    if arguments.other_way:
        own, others = others, own
    judge = Judge(own)
    figures = {"judge's speakers": sorted({voice for voice, _, _ in own}), "human confusion": confusion(judge, others)}
    figures["human recall, other people"] = recall(figures["human confusion"])
    converter = Converter(arguments.model_dir)
    if arguments.emotions:
        converter.emotions = {e["id"]: e for e in json.loads(arguments.emotions.read_text())}
    jobs = []
    for i, row in enumerate(neutral_sources(utterances, arguments.sources)):
        voice = ("female", "male")[i // 2 % 2]
        jobs += [(row, voice, "neutral", 0.0)] + [(row, voice, e, x) for e in EMOTIONS[1:] for x in INTENSITIES]
    with tempfile.TemporaryDirectory() as folder:
        waves = []
        for row, voice, emotion, intensity in jobs:
            styling = Styling.of(converter.emotions[emotion], intensity)
            waves.append(converter.convert(row["wave"].float() / 32768, row["f0"], voice, styling=styling)[0])
        results = heard(waves, pathlib.Path(folder))
    kept = [(voice, emotion, intensity, x) for (_, voice, emotion, intensity), x in zip(jobs, results) if x is not None]
    neutral = {}
    for voice, emotion, _, x in kept:
        if emotion == "neutral":
            neutral.setdefault(voice, []).append(x)
    neutral = {voice: numpy.mean(items, 0) for voice, items in neutral.items()}
    figures["conversions without enough voice"] = len(results) - len(kept)
    kept = [item for item in kept if item[0] in neutral]
    full = {e: dict.fromkeys(EMOTIONS, 0) for e in EMOTIONS}
    by_intensity = {e: {} for e in EMOTIONS[1:]}
    for voice, emotion, intensity, x in kept:
        scores = judge.scores(x - neutral[voice])
        choice = max(scores, key=scores.get)
        if emotion == "neutral" or intensity == 1.0:
            full[emotion][choice] += 1
        if emotion != "neutral":
            by_intensity[emotion].setdefault(str(intensity), []).append((choice == emotion, float(scores[emotion])))
        else:
            for e in EMOTIONS[1:]:
                by_intensity[e].setdefault("0.0", []).append((choice == e, float(scores[e])))
    figures["converted confusion"] = full
    figures["converted recall"] = recall(full)
    figures["by intensity"] = {e: {i: {"recognised": sum(a for a, _ in v) / len(v), "probability": sum(b for _, b in v) / len(v)}
                                   for i, v in sorted(x.items())} for e, x in by_intensity.items()}
    print(json.dumps(figures, indent=1))
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
