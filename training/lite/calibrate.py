"""Makes converted speech measure as emotional speech does: adjusts the factors of emotions-measured.json by listening to what they do.

What a factor asks for is not what is measured afterwards: added noise lowers the harmonics-to-noise ratio less than it says, tilt also moves
with F0, the vocoder has a jitter of its own. So neutral training recordings are converted with each emotion, measured like Emo-DB's were
(judge.features), and factors are moved by what is missing, a few times over. What a vocoder cannot do (creak, another spectrum) is then made up
for by exaggeration: a random search for what a judge believes more, with a price for leaving what was measured. Target and this judge come from
FACTOR_SPEAKERS of Emo-DB alone. The result is emotions.json.
"""

import argparse
import json
import math
import pathlib
import random
import tempfile

import numpy
import torch

from convert import Converter
from corpus import load_corpus
from emotions import FACTOR_SPEAKERS, SHIPPED
from judge import EMOTIONS, Judge, features, heard, human_examples, neutral_sources
from styles import Styling

# factor: (index of judge.features, gain of a step, least, most)
MOVES = {
    "pitchSemitones": (0, 0.7, -8.0, 10.0),
    "tiltDbPerOctave": (4, 0.7, -5.0, 5.0),
    "breathinessDb": (11, -1.0, -3.0, 14.0),
    "jitter": (12, 0.0008, -0.02, 0.016),
}
# factor: (size of a step, least, most); ratios step in their logarithm
SEARCHED = {"pitchSemitones": (1.0, -6.0, 10.0), "pitchRange": (0.15, 0.5, 2.0), "tiltDbPerOctave": (0.8, -4.0, 5.0),
            "breathinessDb": (1.5, -4.0, 10.0), "jitter": (0.003, 0.0, 0.02), "energyContrast": (0.15, 0.6, 1.5)}
RATIOS = ("pitchRange", "energyContrast")
PRICE = 0.12  # of the squared distance from what was measured, in steps, against the log of the judge's belief
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


def exaggerated(entry, believed, trials, generator):
    """A random search: entry with factors that raise `believed(entry)`, the mean log of the judge's belief, enough for their price."""
    start = {"energyContrast": 1.0} | entry
    place = lambda e, name: math.log(e[name]) if name in RATIOS else e[name]
    price = lambda e: PRICE * sum(((place(e, n) - place(start, n)) / step) ** 2 for n, (step, _, _) in SEARCHED.items())
    best, best_score = start, believed(start)
    first, direction = best_score, None
    for _ in range(trials):
        if direction is None:
            direction = {n: generator.gauss(0, 1) * step for n, (step, _, _) in SEARCHED.items()}
        trial = dict(best)
        for name, (_, least, most) in SEARCHED.items():
            value = place(best, name) + direction[name]
            trial[name] = round(min(most, max(least, math.exp(value) if name in RATIOS else value)), 4)
        score = believed(trial) - price(trial)
        if score > best_score:
            best, best_score = trial, score  # and on in the same direction
        else:
            direction = None
    print(entry["id"], "judge's log belief", round(first, 2), "->", round(believed(best), 2), flush=True)
    return best


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work_dir", type=pathlib.Path)
    parser.add_argument("model_dir", type=pathlib.Path)
    parser.add_argument("--corpus", default="corpus.pt")
    parser.add_argument("--sources", type=int, default=4, help="neutral recordings, half to each voice")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--trials", type=int, default=40, help="of the search, for each emotion that the judge knows")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    utterances, _ = load_corpus(arguments.work_dir, arguments.corpus)
    targets = human_targets(utterances, arguments.work_dir / "human")
    entries = json.loads((arguments.work_dir / "emotions-measured.json").read_text())
    converter = Converter(arguments.model_dir)
    sources = neutral_sources(utterances, arguments.sources, "train")
    voices = ["female", "male"]

    def listen(entry):
        with tempfile.TemporaryDirectory() as folder:
            waves = [converter.convert(row["wave"].float() / 32768, row["f0"], voices[i // 2 % 2], styling=Styling.of(entry, 1.0))[0]
                     for i, row in enumerate(sources)]
            return heard(waves, pathlib.Path(folder))

    judge = Judge(human_examples(utterances, arguments.work_dir / "human", FACTOR_SPEAKERS))
    neutral = listen(next(e for e in entries if e["id"] == "neutral"))
    for entry in entries:
        if entry["id"] not in targets:
            continue
        target, spread = targets[entry["id"]]
        for _ in range(arguments.rounds):
            pairs = [(x, y) for x, y in zip(listen(entry), neutral) if x is not None and y is not None]
            if not pairs:
                break
            change = numpy.mean([x - y for x, y in pairs], 0)
            for name, (index, gain, least, most) in MOVES.items():
                start = max(entry[name], 0.0) if name == "jitter" else entry[name]
                entry[name] = round(float(numpy.clip(start + gain * (target[index] - change[index]), least, most)), 4)
            ratio = numpy.mean([x[SPREAD] / y[SPREAD] for x, y in pairs])
            entry["pitchRange"] = round(float(numpy.clip(entry["pitchRange"] * (spread / ratio) ** 0.7, *MOST_RANGE)), 4)
        if not pairs:
            print(entry["id"], "left as it was: no conversion has enough voice to be measured")
            continue
        if entry["id"] in EMOTIONS:
            def believed(trial):
                pairs = [(x, y) for x, y in zip(listen(trial), neutral) if x is not None and y is not None]
                return float(numpy.mean([math.log(judge.scores(x - y)[entry["id"]] + 1e-4) for x, y in pairs]))

            entry.update(exaggerated(entry, believed, arguments.trials, random.Random(1)))
        entry["source"] = "Emo-DB, calibrated; energyDb by hand"
        print(entry["id"], "wanted", target.round(2).tolist(), "measured", change.round(2).tolist(), entry, flush=True)
    (arguments.work_dir / "emotions.json").write_text(json.dumps(entries, indent=1) + "\n")


if __name__ == "__main__":
    main()
