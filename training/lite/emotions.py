"""What an emotion changes against the same speaker's neutral voice, measured on FACTOR_SPEAKERS of Emo-DB (`train` rows only).

The other four speakers train the judge that checks the factors (judge.py) and are never heard here.

Writes WORK_DIR/emotions-measured.json. Each factor is the mean over speakers of that speaker's difference (ratio for pitchRange and
speed). The copies of Emo-DB at hand are cut at 2 s and brought to full scale, which limits what they tell:
  - rates are compared by aligning two readings of the same text (open-ended dynamic time warping of tokenizer features);
  - the final contour counts only where speech ends before the cut;
  - energyDb cannot be measured and is set by hand, after descriptions in the literature.
`surprised` is not in Emo-DB and is set by hand as a whole (high mean pitch, wide range, rising end). `bored` is left out.

  pitchSemitones        mean F0
  pitchRange            ratio of the standard deviations of ln F0
  speed                 ratio of speaking rates
  energyDb              level of the active part
  tiltDbPerOctave       slope of the long-term spectrum of the active part, 200 to 5000 Hz
  breathinessDb         how much the harmonics-to-noise ratio falls
  jitter                how much local jitter rises, as a fraction of the period (negative: it falls)
  finalRiseSemitones    F0 of the last voiced 0.4 s against the rest, compared with neutral
"""

import argparse
import json
import math
import pathlib
import statistics

import numpy
import torch

from corpus import load_corpus
from networks import ACTIVE_RANGE, FRAMES_PER_UNIT, N_MELS, SAMPLE_RATE, Tokenizer, energy_of, mel_of_hz, normalise

SHIPPED = {"happy": "happy", "sad": "sad", "angry": "angry", "fear": "fearful", "disgust": "disgusted"}  # the manifest's name: ours
HAND_ENERGY = {"happy": 2.0, "sad": -3.0, "angry": 4.0, "fearful": 1.0, "disgusted": 0.0}
FACTOR_SPEAKERS = ("emodb03", "emodb08", "emodb09", "emodb10")  # two men, two women
FINAL_FRAMES = 40
CUT_MARGIN = 10  # frames of silence that show that speech ended before the cut
MIN_SPEAKERS = 3  # a factor with fewer is left neutral
SURPRISED = {"pitchSemitones": 5.0, "pitchRange": 1.5, "speed": 1.0, "energyDb": 2.0, "tiltDbPerOctave": 0.4,
             "breathinessDb": 0.0, "jitter": 0.0, "finalRiseSemitones": 4.0}


def mel_centres():
    step = mel_of_hz(SAMPLE_RATE / 2) / (N_MELS + 1)
    return numpy.array([700 * (10 ** (step * (i + 1) / 2595) - 1) for i in range(N_MELS)])


def rate_against(emotional, neutral):
    """Features of two readings of one text (U, D) -> rate of the first over the second, by open-ended time warping.

    Either may be cut before the text ends, so the path ends where the first one to be used up ends, at its cheapest mean cost.
    """
    a, b = (x / x.norm(dim=-1, keepdim=True) for x in (emotional, neutral))
    distance = (1 - a @ b.T).numpy()
    rows, columns = distance.shape
    cost = numpy.full((rows, columns), numpy.inf)
    for i in range(rows):
        for j in range(columns):
            if i == j == 0:
                cost[i, j] = distance[0, 0]
                continue
            steps = [cost[i - 1, j] if i else numpy.inf, cost[i, j - 1] if j else numpy.inf]
            diagonal = cost[i - 1, j - 1] + distance[i, j] if i and j else numpy.inf  # counts twice, like its two steps
            cost[i, j] = min(min(steps), diagonal) + distance[i, j]
    ends = [(cost[rows - 1, j] / (rows + j + 1), rows, j + 1) for j in range(columns)]
    ends += [(cost[i, columns - 1] / (i + 1 + columns), i + 1, columns) for i in range(rows)]
    _, i, j = min(end for end in ends if end[1] + end[2] > (rows + columns) / 2)
    return j / i


@torch.no_grad()
def measure(row, voice_file, tokenizer):
    mel = row["mel"].float()
    energy = energy_of(mel)
    active = energy >= torch.quantile(energy, 0.99) - ACTIVE_RANGE
    where = torch.nonzero(active)[:, 0]
    f0 = row["f0"].numpy()
    voiced = numpy.log(f0[f0 > 0])
    if len(voiced) < FINAL_FRAMES + 30:
        return None
    centres = mel_centres()
    band = (centres >= 200) & (centres <= 5000)
    spectrum = mel[active].mean(0).numpy() * (20 / math.log(10))
    tilt = numpy.polyfit(numpy.log2(centres[band]), spectrum[band], 1)[0]
    numbers = [float(x) if "undefined" not in x else math.nan for x in voice_file.read_text().split()]
    semitones = 12 / math.log(2)
    features = tokenizer.features(normalise(mel)[None])[0, where[0] // FRAMES_PER_UNIT : where[-1] // FRAMES_PER_UNIT + 1]
    final = float(voiced[-FINAL_FRAMES:].mean() - voiced[:-FINAL_FRAMES].mean()) * semitones
    ended = where[-1] < len(mel) - CUT_MARGIN
    return {
        "features": features,
        "pitch": float(voiced.mean()) * semitones,
        "deviation": float(voiced.std()),
        "tilt": float(tilt),
        "harmonicity": numbers[0],
        "jitter": numbers[1],
        "final": final if ended else math.nan,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work_dir", type=pathlib.Path)
    parser.add_argument("--corpus", default="corpus.pt")
    parser.add_argument("--tokenizer", default="tokenizer.pt", help="checkpoint, in the work folder")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    tokenizer = Tokenizer().eval()
    tokenizer.load_state_dict(torch.load(arguments.work_dir / arguments.tokenizer, weights_only=False)["tokenizer"])
    utterances, _ = load_corpus(arguments.work_dir, arguments.corpus)
    found = {}  # speaker -> emotion -> list of (text, measures)
    for row in utterances:
        if row["set"] == "emodb" and row["split"] == "train" and row["speaker"] in FACTOR_SPEAKERS:
            measures = measure(row, arguments.work_dir / "human" / f"{row['name']}.voice", tokenizer)
            if measures:
                found.setdefault(row["speaker"], {}).setdefault(row["emotion"], []).append((row["text"], measures))

    def mean(items, key):
        values = [m[key] for _, m in items if not math.isnan(m[key])]
        return statistics.fmean(values) if values else math.nan

    def speed(items, neutral):
        own = {}
        for text, measures in neutral:
            own.setdefault(text, []).append(measures["features"])
        logs = [math.log(rate_against(measures["features"], reading)) for text, measures in items for reading in own.get(text, [])]
        return statistics.fmean(logs) if logs else math.nan

    entries = [{"id": "neutral", "pitchSemitones": 0.0, "pitchRange": 1.0, "speed": 1.0, "energyDb": 0.0, "tiltDbPerOctave": 0.0,
                "breathinessDb": 0.0, "jitter": 0.0, "finalRiseSemitones": 0.0, "source": "Emo-DB"}]
    for emotion in SHIPPED:
        differences = []
        for emotions in found.values():
            if emotion in emotions and "neutral" in emotions:
                items, neutral = emotions[emotion], emotions["neutral"]
                change = lambda key: mean(items, key) - mean(neutral, key)
                differences.append({
                    "pitchSemitones": change("pitch"),
                    "pitchRange": math.log(mean(items, "deviation") / mean(neutral, "deviation")),
                    "speed": speed(items, neutral),
                    "tiltDbPerOctave": change("tilt"),
                    "breathinessDb": -change("harmonicity"),
                    "jitter": change("jitter"),
                    "finalRiseSemitones": change("final"),
                })
        entry = {"id": SHIPPED[emotion]}
        for key in differences[0]:
            values = [d[key] for d in differences if not math.isnan(d[key])]
            value = statistics.fmean(values) if len(values) >= MIN_SPEAKERS else 0.0
            entry[key] = round(math.exp(value) if key in ("pitchRange", "speed") else value, 4)
        entry["energyDb"] = HAND_ENERGY[entry["id"]]
        entries.append(entry | {"source": "Emo-DB, energyDb by hand"})
        print(emotion, len(differences), "speakers", entry)
    entries.append({"id": "surprised"} | SURPRISED | {"source": "hand"})
    (arguments.work_dir / "emotions-measured.json").write_text(json.dumps(entries, indent=1) + "\n")


if __name__ == "__main__":
    main()
