"""Makes converted speech measure as emotional speech does: adjusts the factors of emotions-measured.json by listening to what they do.

What a factor asks for is not what is measured afterwards: added noise lowers the harmonics-to-noise ratio less than it says, tilt also moves
with F0, the vocoder has a jitter of its own. So neutral development recordings are converted with each emotion, measured like Emo-DB's were
(judge.features), and factors are moved by what is missing, a few times over; the
result is emotions.json. Only FACTOR_SPEAKERS of Emo-DB are asked what the target is.
"""

import argparse
import json
import pathlib
import tempfile

import numpy
import torch

from convert import Converter
from corpus import load_corpus
from emotions import FACTOR_SPEAKERS, SHIPPED
from judge import features, heard, neutral_sources
from styles import Styling

# factor: (index of judge.features, gain of a step, least, most)
MOVES = {
    "pitchSemitones": (0, 0.7, -8.0, 10.0),
    "tiltDbPerOctave": (4, 0.7, -5.0, 5.0),
    "breathinessDb": (11, -1.0, -3.0, 14.0),
    "jitter": (12, 0.0008, -0.02, 0.016),
}
SPREAD, MOST_RANGE = 1, (0.6, 1.9)  # deviation of ln F0


def human_targets(utterances, folder):
    """-> emotion -> features of emotional speech minus those of the same speaker's neutral speech, mean over speakers"""
    found = {}
    for row in utterances:
        if row["set"] == "emodb" and row["speaker"] in FACTOR_SPEAKERS:
            x = features(row["mel"].float(), row["f0"], folder / f"{row['name']}.voice")
            if x is not None:
                found.setdefault(row["speaker"], {}).setdefault(row["emotion"], []).append(x)
    mean = lambda e, speaker: numpy.mean(speaker[e], 0)
    return {ours: (numpy.mean([mean(e, s) - mean("neutral", s) for s in found.values() if e in s], 0),
                   numpy.mean([mean(e, s)[SPREAD] / mean("neutral", s)[SPREAD] for s in found.values() if e in s]))
            for e, ours in SHIPPED.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work_dir", type=pathlib.Path)
    parser.add_argument("model_dir", type=pathlib.Path)
    parser.add_argument("--corpus", default="corpus.pt")
    parser.add_argument("--sources", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=4)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    utterances, _ = load_corpus(arguments.work_dir, arguments.corpus)
    targets = human_targets(utterances, arguments.work_dir / "human")
    entries = json.loads((arguments.work_dir / "emotions-measured.json").read_text())
    converter = Converter(arguments.model_dir)
    sources = neutral_sources(utterances, arguments.sources)
    voices = ["female", "male"]

    def listen(entry):
        with tempfile.TemporaryDirectory() as folder:
            waves = [converter.convert(row["wave"].float() / 32768, row["f0"], voices[i // 2 % 2], styling=Styling.of(entry, 1.0))[0]
                     for i, row in enumerate(sources)]
            return heard(waves, pathlib.Path(folder))

    neutral = listen(next(e for e in entries if e["id"] == "neutral"))
    for entry in entries:
        if entry["id"] not in targets:
            continue
        target, spread = targets[entry["id"]]
        for _ in range(arguments.rounds):
            pairs = [(x, y) for x, y in zip(listen(entry), neutral) if x is not None and y is not None]
            change = numpy.mean([x - y for x, y in pairs], 0)
            for name, (index, gain, least, most) in MOVES.items():
                start = max(entry[name], 0.0) if name == "jitter" else entry[name]
                entry[name] = round(float(numpy.clip(start + gain * (target[index] - change[index]), least, most)), 4)
            ratio = numpy.mean([x[SPREAD] / y[SPREAD] for x, y in pairs])
            entry["pitchRange"] = round(float(numpy.clip(entry["pitchRange"] * (spread / ratio) ** 0.7, *MOST_RANGE)), 4)
        entry["source"] = "Emo-DB, calibrated; energyDb by hand"
        print(entry["id"], "wanted", target.round(2).tolist(), "measured", change.round(2).tolist(), entry, flush=True)
    (arguments.work_dir / "emotions.json").write_text(json.dumps(entries, indent=1) + "\n")


if __name__ == "__main__":
    main()
