"""What the units mean, hide, and keep: every figure of the model card that needs no vocoder, on development rows.

  PNMI                mutual information of units and phones of the same 10 ms, as a share of the phones' entropy; and, as counting
                      4096 codes on so little speech flatters, a lower bound from codes counted on the other half of the recordings
  speaker probe       linear and two-layer classifiers of 20 speakers on histograms and bigrams of the units of 2 s
  codebook            codes used on 1 h of human speech (development rows, filled up with training rows), perplexity
  unit edit distance  units of a recording against those of the same recording shifted by 2 semitones, at 0.9 and 1.1 of its speed
                      (both by praat's overlap-add, formants kept), and with pink noise at 10 dB
  Mandarin            PNMI with pinyin phones

Human phones are aligned by the training network's own phone read-out, which flatters; synthetic ones are exact.
"""

import argparse
import json
import math
import pathlib
import random
import subprocess
import tempfile

import numba
import numpy
import torch
import torch.nn.functional as F

import mandarin
from align import align_path
from audio import gain_of, read_wave
from corpus import PAUSE, load_corpus
from disguise import add_noise, coloured_noise
from heads import FeaturePhones
from models import load_models
from networks import CODEBOOK_SIZE, FRAMES_PER_UNIT, LEVELS, codes_to_ids, ids_to_codes, log_mel, normalise

STRETCH_UNITS = 50  # 2 s
BIGRAM_BINS = 4096
SPEAKERS = 20
ENGLISH_DEV = ("kathleen", "librispeech", "ljspeech", "vctk", "an4", "speechocean", "grid")
CHANGED_FILES = 60
PRAAT = """form x
  sentence list
endform
lines = Read Strings from raw text file: list$
count = Get number of strings
for i to count
  selectObject: lines
  line$ = Get string: i
  cut1 = index (line$, tab$)
  input$ = left$ (line$, cut1 - 1)
  rest$ = mid$ (line$, cut1 + 1, length (line$))
  cut2 = index (rest$, tab$)
  output$ = left$ (rest$, cut2 - 1)
  rest$ = mid$ (rest$, cut2 + 1, length (rest$))
  cut3 = index (rest$, tab$)
  factor = number (left$ (rest$, cut3 - 1))
  duration = number (mid$ (rest$, cut3 + 1, length (rest$)))
  sound = Read from file: input$
  manipulation = To Manipulation: 0.01, 65, 500
  if factor <> 1
    tier = Extract pitch tier
    Formula: "self * factor"
    plusObject: manipulation
    Replace pitch tier
    removeObject: tier
  endif
  if duration <> 1
    tier = Create DurationTier: "d", 0, 1000
    Add point: 0, duration
    plusObject: manipulation
    Replace duration tier
    removeObject: tier
  endif
  selectObject: manipulation
  changed = Get resynthesis (overlap-add)
  Save as WAV file: output$
  removeObject: sound, manipulation, changed
endfor
"""
CHANGES = {"pitch +2 semitones": (2 ** (1 / 6), 1.0), "pitch -2 semitones": (2 ** (-1 / 6), 1.0), "speed 0.9": (1.0, 1 / 0.9),
           "speed 1.1": (1.0, 1 / 1.1)}


def information(phones, units):
    """Numpy arrays of ids -> mutual information as a share of the phones' entropy."""
    joint = numpy.zeros((int(phones.max()) + 1, CODEBOOK_SIZE))
    numpy.add.at(joint, (phones, units), 1)
    p = joint / joint.sum()
    entropy = lambda q: -(q[q > 0] * numpy.log(q[q > 0])).sum()
    return float((entropy(p.sum(1)) + entropy(p.sum(0)) - entropy(p)) / entropy(p.sum(1)))


def information_bound(halves):
    """Two pairs of (phones, units): what units told by one half's counts save on the other half's phones. A lower bound."""
    saved = []
    for (phones, units), (test_phones, test_units) in (halves, halves[::-1]):
        count = int(max(phones.max(), test_phones.max())) + 1
        joint = numpy.zeros((count, CODEBOOK_SIZE))
        numpy.add.at(joint, (phones, units), 1)
        prior = (joint.sum(1) + 0.5) / (joint.sum() + 0.5 * count)
        given = (joint + 4.0 * prior[:, None]) / (joint.sum(0) + 4.0)
        test = numpy.bincount(test_phones, minlength=count) / len(test_phones)
        entropy = -(test[test > 0] * numpy.log(test[test > 0])).sum()
        saved.append(1 + numpy.log(given[test_phones, test_units]).mean() / entropy)
    return float(sum(saved) / 2)


def pnmi(pairs):
    """(phones, units) of each recording -> both figures."""
    join = lambda part: tuple(numpy.concatenate(x) for x in zip(*part))
    pairs = sorted(pairs, key=lambda pair: len(pair[0]))
    return {"pnmi": information(*join(pairs)), "lower bound": information_bound((join(pairs[::2]), join(pairs[1::2]))),
            "minutes": sum(len(p) for p, _ in pairs) / 6000}


def probe(train_x, train_y, test_x, test_y, classes, hidden):
    """Accuracy of a linear (hidden 0) or two-layer classifier on standardised inputs, weight decay chosen in its favour."""
    mean, deviation = train_x.mean(0), train_x.std(0) + 1e-3
    train_x, test_x = (train_x - mean) / deviation, (test_x - mean) / deviation
    best = 0
    for decay in (1e-3, 1e-2, 1e-1):
        torch.manual_seed(0)
        inputs = train_x.shape[1]
        layers = [torch.nn.Linear(inputs, hidden), torch.nn.ReLU(), torch.nn.Linear(hidden, classes)] if hidden else [torch.nn.Linear(inputs, classes)]
        network = torch.nn.Sequential(*layers)
        optimiser = torch.optim.LBFGS(network.parameters(), max_iter=60)

        def closure():
            optimiser.zero_grad()
            squares = sum(p.pow(2).sum() for p in network.parameters() if p.dim() == 2)
            loss = F.cross_entropy(network(train_x), train_y) + decay * squares / 2
            loss.backward()
            return loss

        optimiser.step(closure)
        best = max(best, int((network(test_x).argmax(-1) == test_y).sum()))
    return best


def views(ids, mel):
    """One stretch as the probes see it; bigrams of units fall into hashed bins, those of code dimensions into exact ones."""
    ids = torch.unique_consecutive(ids)
    digits = ((ids_to_codes(ids) + 1) * (LEVELS // 2)).round().long().T
    bigrams = (ids[:-1] * 31337 + ids[1:] * 7919) % BIGRAM_BINS
    pairs = digits[:, :-1] * LEVELS + digits[:, 1:]
    share = lambda x, size: torch.bincount(x, minlength=size).float() / len(x)
    return {
        "unit histogram": share(ids, CODEBOOK_SIZE),
        "unit bigrams": share(bigrams, BIGRAM_BINS),
        "code dimension histograms": torch.cat([share(d, LEVELS) for d in digits]),
        "code dimension bigrams": torch.cat([share(p, LEVELS**2) for p in pairs]),
        "mean log-mel": mel.float().mean(0),
    }


def speaker_probe(rows, across_recordings):
    """rows with `ids` -> figures. Stretches of one half of a speaker's speech train, of the other test, and the other way round.

    A half is half of every recording, or half of the recordings where there are several.
    """
    by_speaker = {}
    for row in sorted(rows, key=lambda r: r["name"]):
        by_speaker.setdefault(row["speaker"], []).append(row)
    if across_recordings:
        by_speaker = {k: v for k, v in by_speaker.items() if len(v) > 1}
    speakers = sorted(by_speaker, key=lambda k: -sum(len(r["ids"]) for r in by_speaker[k]))[:SPEAKERS]
    hits, tests = {}, 0
    for train_half in (0, 1):
        parts = []
        for half, step in ((train_half, STRETCH_UNITS // 2), (1 - train_half, STRETCH_UNITS)):  # training stretches overlap
            items = []
            for label, speaker in enumerate(speakers):
                for number, row in enumerate(by_speaker[speaker]):
                    middle, end = len(row["ids"]) // 2, len(row["ids"])
                    if across_recordings:
                        start, end = (0, end) if number % 2 == half else (0, 0)
                    else:
                        start, end = (0, middle) if half == 0 else (middle, end)
                    for at in range(start, end - STRETCH_UNITS + 1, step):
                        mel = row["mel"][at * FRAMES_PER_UNIT : (at + STRETCH_UNITS) * FRAMES_PER_UNIT]
                        items.append((views(row["ids"][at : at + STRETCH_UNITS], mel), label))
            parts.append(items)
        train_y, test_y = (torch.tensor([label for _, label in part]) for part in parts)
        tests += len(test_y)
        for name in parts[0][0][0]:
            train_x, test_x = (torch.stack([view[name] for view, _ in part]) for part in parts)
            for kind, hidden in (("linear", 0), ("two layers", 64)):
                found = probe(train_x, train_y, test_x, test_y, len(speakers), hidden)
                hits[f"{name}, {kind}"] = hits.get(f"{name}, {kind}", 0) + found
    results = {"speakers": len(speakers), "test stretches": tests}
    for name, count in hits.items():
        share, z = count / tests, 1.96
        middle = (share + z * z / (2 * tests)) / (1 + z * z / tests)  # Wilson's interval
        width = z * math.sqrt(share * (1 - share) / tests + z * z / (4 * tests * tests)) / (1 + z * z / tests)
        results[name] = {"times chance": share * len(speakers),
                         "95 %": [(middle - width) * len(speakers), (middle + width) * len(speakers)]}
    return results


def codebook_use(ids):
    counts = torch.bincount(ids, minlength=CODEBOOK_SIZE).float()
    p = counts[counts > 0] / counts.sum()
    return {"share used": float((counts > 0).sum()) / CODEBOOK_SIZE, "perplexity": float(torch.exp(-(p * p.log()).sum())),
            "hours": len(ids) / 90000}


@numba.njit(cache=True)
def edit_distance(a, b):
    row = numpy.arange(len(b) + 1)
    for i in range(1, len(a) + 1):
        before, row[0] = row[0], i
        for j in range(1, len(b) + 1):
            change = before + (a[i - 1] != b[j - 1])
            before = row[j]
            row[j] = min(change, row[j] + 1, row[j - 1] + 1)
    return row[-1]


def changed_units(rows, ids_of, folder):
    """Each disguise -> edit distance of units as a share of the recording's, and the share that differs at the same time."""
    folder = pathlib.Path(folder)
    lines, totals = [], {}
    waves = {row["name"]: row["wave"].float() / 32768 for row in rows}
    import scipy.io.wavfile

    for row in rows:
        scipy.io.wavfile.write(folder / f"{row['name']}.wav", 16000, row["wave"].numpy())
        for number, (factor, duration) in enumerate(CHANGES.values()):
            lines.append(f"{folder}/{row['name']}.wav\t{folder}/{row['name']}.{number}.wav\t{factor}\t{duration}\n")
    (folder / "list.txt").write_text("".join(lines))
    (folder / "change.praat").write_text(PRAAT)
    subprocess.run(["praat", "--run", str(folder / "change.praat"), str(folder / "list.txt")], check=True)
    torch.manual_seed(0)
    for row in rows:
        own = ids_of(waves[row["name"]])
        others = {name: (ids_of(read_wave(folder / f"{row['name']}.{i}.wav")), change[1]) for i, (name, change) in enumerate(CHANGES.items())}
        wave = waves[row["name"]]
        others["noise at 10 dB"] = ids_of(add_noise(wave, coloured_noise(len(wave), 0.5), 10.0)), 1.0
        others["again, 20 ms later"] = ids_of(F.pad(wave, (320, 0))), 1.0
        for name, (other, duration) in others.items():
            at = ((torch.arange(len(own)) + 0.5) * duration - 0.5).round().long().clamp(0, len(other) - 1)
            other = other[at]  # the other's unit at the same time of the recording
            total = totals.setdefault(name, [0, 0, 0])
            total[0] += int(edit_distance(own.numpy(), other.numpy()))
            total[1] += int((own != other).sum())
            total[2] += len(own)
    return {name: {"edit distance": a / n, "different at the same time": b / n} for name, (a, b, n) in totals.items()}


@torch.no_grad()
def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work_dir", type=pathlib.Path)
    parser.add_argument("model_dir", type=pathlib.Path)
    parser.add_argument("--tokenizer", default="tokenizer.pt", help="checkpoint with the phone read-outs, in the work folder")
    parser.add_argument("--corpus", default="corpus.pt")
    parser.add_argument("--json", type=pathlib.Path)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    tokenizer, _, _ = load_models(arguments.model_dir)
    checkpoint = torch.load(arguments.work_dir / arguments.tokenizer, weights_only=False)
    phones = FeaturePhones(len(checkpoint["phones"]))
    prefix = "feature_phones."
    phones.load_state_dict({k.removeprefix(prefix): v for k, v in checkpoint["system"].items() if k.startswith(prefix)})
    utterances, phone_ids = load_corpus(arguments.work_dir, arguments.corpus)
    pause = phone_ids[PAUSE]

    def ids_of(wave):
        return codes_to_ids(tokenizer(normalise(log_mel(wave * gain_of(wave)))[None])[0])

    by_set = {}
    for row in utterances:
        if row["split"] == "dev" and row["set"] != "emodb":
            row["ids"] = codes_to_ids(tokenizer(normalise(row["mel"].float())[None])[0])
            by_set.setdefault(row["set"], []).append(row)

    def pairs(rows, relabel):
        found = []
        for row in rows:
            if row["set"] == "synthetic":
                labels = row["labels"].long().numpy()
            else:
                features = tokenizer.features(normalise(row["mel"].float())[None])
                path, _ = align_path(phones(features)[0].log_softmax(-1).numpy(), row["phones"], pause)
                if path is None:
                    continue
                labels = relabel(row, path)
            found.append((labels, row["ids"].repeat_interleave(FRAMES_PER_UNIT).numpy()))
        return found

    def english(row, path):
        own = numpy.array([p for p in row["phones"] if p != pause])
        return numpy.where(path % 2 == 1, own[numpy.minimum(path // 2, len(own) - 1)], pause)

    pinyin_ids = {}

    def pinyin(row, path):
        _, owners, names = mandarin.phones(row["text"])
        own = numpy.array([pinyin_ids.setdefault(names[owner], len(pinyin_ids) + 1) for owner in owners])
        return numpy.where(path % 2 == 1, own[numpy.minimum(path // 2, len(own) - 1)], 0)

    figures = {"units a second without repeats": {
        name: 25 * sum(len(torch.unique_consecutive(r["ids"])) for r in rows) / sum(len(r["ids"]) for r in rows)
        for name, rows in by_set.items()}}
    human = [row for name in ENGLISH_DEV for row in by_set.get(name, [])]
    figures["phones"] = {"human English": pnmi(pairs(human, english))}
    for name in ("kathleen", "librispeech", "speechocean"):
        figures["phones"][name] = pnmi(pairs(by_set.get(name, []), english)) if len(by_set.get(name, [])) > 1 else {}
    figures["phones"]["synthetic, exact times"] = pnmi(pairs(by_set["synthetic"], english))
    if len(by_set.get("aishell", [])) > 1:
        rows = by_set["aishell"] + [r for r in utterances if r["set"] == "aishell" and r["split"] == "train"]
        for row in rows:
            row["ids"] = codes_to_ids(tokenizer(normalise(row["mel"].float())[None])[0])
        figures["phones"]["Mandarin, pinyin with tones"] = pnmi(pairs(by_set["aishell"], pinyin))
        figures["phones"]["Mandarin, pinyin with tones, training rows too"] = pnmi(pairs(rows, pinyin))
    ids = [row["ids"] for row in human]
    generator = random.Random(0)
    rest = [r for r in utterances if r["split"] == "train" and r["set"] in ENGLISH_DEV]
    generator.shuffle(rest)
    while sum(map(len, ids)) < 90000 and rest:
        ids.append(codes_to_ids(tokenizer(normalise(rest.pop()["mel"].float())[None])[0]))
    figures["codebook"] = codebook_use(torch.cat(ids)[:90000]) | {"development rows alone": codebook_use(torch.cat([r["ids"] for r in human]))}
    few = generator.sample(human, min(CHANGED_FILES, len(human)))
    with tempfile.TemporaryDirectory() as folder:
        figures["disguised"] = changed_units(few, ids_of, folder)
    with torch.enable_grad():
        figures["speaker probe"] = {
            "LibriSpeech, halves of one recording": speaker_probe(by_set.get("librispeech", []), False),
            "speechocean762, other recordings": speaker_probe(by_set.get("speechocean", []), True),
        }
    print(json.dumps(figures, indent=1))
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
