"""How close what the vocoder makes is to the recording, and whose voice it is, on development rows.

  reconstruction  in the recording's own voice with its own prosody: mel-cepstral distortion (coefficients 1 to 24 of the 80-band log-mel, a
                  root mean square difference in dB), log-spectral distance (bins of 1024 samples), both of active frames at the same times
  melody          praat's F0 of the source against that of the conversion with prosody carried over: correlation of ln F0 where both are
                  voiced, and frames that agree in voicing
  voice           cosine of speaker vectors of conversions to shipped voices with each emotion, and of MFCC statistics, both standardised
                  over all conversions: the same voice's against the other's; a confusion is a conversion that is nearer to the other voice's neutral mean
  Mandarin tones  height and slope of F0 over pinyin finals: correlation of source and conversion
"""

import argparse
import json
import math
import pathlib
import random
import tempfile

import numpy
import torch

import mandarin
from align import align_path
from audio import frame_count, gain_of, read_f0
from convert import Converter, write_wave
from corpus import PAUSE, load_corpus
from heads import FeaturePhones
from networks import ACTIVE_RANGE, energy_of, log_mel, normalise, stft
from pitch import run_praat

DECIBELS = 20 / math.log(10)
CEPSTRA = 24


def distances(made, source):
    """Two waves of one length and level -> mel-cepstral distortion and log-spectral distance in dB."""
    a, b = log_mel(made), log_mel(source)
    energy = energy_of(b)
    active = energy >= torch.quantile(energy, 0.99) - ACTIVE_RANGE
    m = torch.arange(1, CEPSTRA + 1)[:, None]
    cosines = torch.cos(math.pi * m * (torch.arange(80) + 0.5) / 80) * (2 / 80)
    cepstral = ((a - b)[active] @ cosines.T).pow(2).sum(-1)
    mcd = DECIBELS * torch.sqrt(cepstral / 2).mean()
    spectra = [stft(x).abs().clamp(min=1e-4).log()[:, : len(active)].T[active] for x in (made, source)]
    lsd = DECIBELS * (spectra[0] - spectra[1]).pow(2).mean(-1).sqrt().mean()
    return float(mcd), float(lsd)


def melody_agreement(f0, other):
    n = min(len(f0), len(other))
    f0, other = f0[:n].numpy(), other[:n].numpy()
    both = (f0 > 0) & (other > 0)
    return numpy.log(f0[both]), numpy.log(other[both]), float(((f0 > 0) == (other > 0)).mean())


def pitch_of(waves, folder):
    paths = [folder / f"{i:05d}.wav" for i in range(len(waves))]
    for path, wave in zip(paths, waves):
        write_wave(path, wave / max(1.0, float(wave.abs().max()) / 0.99))
    run_praat(paths, 1, False, folder)
    return [read_f0(path.with_suffix(".f0"), frame_count(wave)) for path, wave in zip(paths, waves)]


def mfcc_statistics(wave):
    mel = log_mel(wave * gain_of(wave))
    energy = energy_of(mel)
    mel = mel[energy >= torch.quantile(energy, 0.99) - ACTIVE_RANGE]
    cosines = torch.cos(math.pi * torch.arange(1, 21)[:, None] * (torch.arange(80) + 0.5) / 80) / 40
    cepstra = mel @ cosines.T
    return torch.cat([cepstra.mean(0), cepstra.std(0)])


def contours(row, f0, path):
    """Mean and slope of ln F0 over each pinyin final of an utterance, by its alignment; nan where hardly voiced."""
    _, owners, names = mandarin.phones(row["text"])
    result = []
    for number, name in enumerate(names):
        states = [2 * i + 1 for i, owner in enumerate(owners) if owner == number]
        frames = numpy.flatnonzero(numpy.isin(path, states))
        frames = frames[frames < len(f0)]
        pitch = f0.numpy()[frames]
        if name[-1].isdigit() and (pitch > 0).sum() >= 6:
            t, y = frames[pitch > 0] / 100, numpy.log(pitch[pitch > 0]) * 12 / math.log(2)
            result.append((y.mean(), numpy.polyfit(t, y, 1)[0]))
        elif name[-1].isdigit():
            result.append((math.nan, math.nan))
    return result


@torch.no_grad()
def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work_dir", type=pathlib.Path)
    parser.add_argument("model_dir", type=pathlib.Path)
    parser.add_argument("--corpus", default="corpus.pt")
    parser.add_argument("--tokenizer", default="tokenizer.pt", help="checkpoint with the phone read-outs, in the work folder")
    parser.add_argument("--files", type=int, default=24, help="recordings a set")
    parser.add_argument("--json", type=pathlib.Path)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    utterances, phone_ids = load_corpus(arguments.work_dir, arguments.corpus)
    converter = Converter(arguments.model_dir)
    figures = {}

    def dev(name, count):
        rows = sorted((r for r in utterances if r["split"] == "dev" and r["set"] == name), key=lambda r: r["name"])
        random.Random(1).shuffle(rows)
        return rows[:count]

    def convert(row, voice, emotion="neutral"):
        return converter.convert(row["wave"].float() / 32768, row["f0"], voice, emotion=emotion)[0]

    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for name in ("kathleen", "librispeech"):
            rows = dev(name, arguments.files)
            made = [convert(row, "own") for row in rows]
            gains = [row["gain"] for row in rows]
            waves = [torch.nn.functional.pad(row["wave"].float() / 32768, (0, len(x) - len(row["wave"]))) for row, x in zip(rows, made)]
            pairs = [distances(x * gain, wave * gain) for x, wave, gain in zip(made, waves, gains)]
            entry = {"MCD dB": sum(a for a, _ in pairs) / len(pairs), "log-spectral distance dB": sum(b for _, b in pairs) / len(pairs)}
            for voice, outputs in (("own", made), ("female", [convert(row, "female") for row in rows]), ("male", [convert(row, "male") for row in rows])):
                agreements = [melody_agreement(row["f0"], f0) for row, f0 in zip(rows, pitch_of(outputs, folder))]
                correlations = [numpy.corrcoef(a, b)[0, 1] for a, b, _ in agreements if len(a) > 20]
                entry[f"F0 correlation, {voice}"] = float(numpy.mean(correlations))
                entry[f"voicing agreement, {voice}"] = float(numpy.mean([v for _, _, v in agreements]))
            figures[name] = entry
        rows = dev("kathleen", 4) + dev("librispeech", 6)
        emotions = list(converter.emotions)
        vectors = {"speaker vector": {}, "MFCC statistics": {}}
        for voice in ("female", "male"):
            for emotion in emotions:
                for row in rows:
                    wave = convert(row, voice, emotion)
                    vectors["speaker vector"].setdefault(voice, []).append((emotion, converter.speaker_of(log_mel(wave * gain_of(wave)))))
                    vectors["MFCC statistics"].setdefault(voice, []).append((emotion, mfcc_statistics(wave)))
        for name, found in vectors.items():
            every = torch.stack([x for items in found.values() for _, x in items])
            mean, deviation = every.mean(0), every.std(0) + 1e-6
            found = {v: [(e, (x - mean) / deviation) for e, x in items] for v, items in found.items()}
            neutral = {v: torch.stack([x for e, x in items if e == "neutral"]).mean(0) for v, items in found.items()}
            cosine = lambda a, b: float(torch.nn.functional.cosine_similarity(a, b, 0))
            same, other, confused = [], [], 0
            for voice, items in found.items():
                against = "male" if voice == "female" else "female"
                for _, x in items:
                    same.append(cosine(x, neutral[voice]))
                    other.append(cosine(x, neutral[against]))
                    confused += same[-1] <= other[-1]
            figures[f"voice by {name}"] = {"same voice": sum(same) / len(same), "least": min(same), "other voice": sum(other) / len(other),
                                           "most": max(other), "confusions": confused, "conversions": len(same)}
        rows = dev("aishell", 1000)
        if len(rows) > 1:
            checkpoint = torch.load(arguments.work_dir / arguments.tokenizer, weights_only=False)
            phones = FeaturePhones(len(checkpoint["phones"]))
            prefix = "feature_phones."
            phones.load_state_dict({k.removeprefix(prefix): v for k, v in checkpoint["system"].items() if k.startswith(prefix)})
            outputs = pitch_of([convert(row, "female") for row in rows], folder)
            points = []
            for row, f0 in zip(rows, outputs):
                logits = phones(converter.tokenizer.features(normalise(row["mel"].float())[None]))[0]
                path, _ = align_path(logits.log_softmax(-1).numpy(), row["phones"], phone_ids[PAUSE])
                if path is not None:
                    a, b = (numpy.array(contours(row, x, path)) for x in (row["f0"], f0))
                    known = ~numpy.isnan(a[:, 0] + b[:, 0])
                    points.append(numpy.concatenate([(a - numpy.nanmean(a, 0) * [1, 0])[known], (b - numpy.nanmean(b, 0) * [1, 0])[known]], 1))
            points = numpy.concatenate(points)
            figures["Mandarin tones"] = {
                "finals": len(points), "height correlation": float(numpy.corrcoef(points[:, 0], points[:, 2])[0, 1]),
                "slope correlation": float(numpy.corrcoef(points[:, 1], points[:, 3])[0, 1])}
    print(json.dumps(figures, indent=1))
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
