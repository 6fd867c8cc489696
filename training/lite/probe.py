"""How much the units tell of the speaker, how well they tell phones, and how the codebook is used (development rows).

The speaker probe: one half of each recording of 20 speakers is cut into stretches of 2 s for training, the other into stretches
for the test, and the other way round; a linear classifier sees histograms of units without repeats, or of the values of each code
dimension, or, for comparison, mean log-mels. The speakers are LibriSpeech's, one recording each. Reported as accuracy and as a
multiple of chance.
"""

import argparse
import json
import pathlib

import torch
import torch.nn.functional as F

from corpus import load_corpus
from models import load_models
from networks import CODEBOOK_SIZE, FRAMES_PER_UNIT, LEVELS, codes_to_ids, ids_to_codes, log_mel, normalise

STRETCH_UNITS = 50  # 2 s


def linear_probe(train_x, train_y, test_x, test_y, classes):
    """Multinomial logistic regression on standardised inputs, weight decay chosen in the probe's favour."""
    mean, deviation = train_x.mean(0), train_x.std(0) + 1e-3
    train_x, test_x = (train_x - mean) / deviation, (test_x - mean) / deviation
    best = 0.0
    for decay in (1e-3, 1e-2, 1e-1):
        torch.manual_seed(0)
        layer = torch.nn.Linear(train_x.shape[1], classes)
        optimiser = torch.optim.LBFGS(layer.parameters(), max_iter=100)

        def closure():
            optimiser.zero_grad()
            loss = F.cross_entropy(layer(train_x), train_y) + decay * layer.weight.pow(2).sum() / 2
            loss.backward()
            return loss

        optimiser.step(closure)
        best = max(best, (layer(test_x).argmax(-1) == test_y).float().mean().item())
    return best


def stretches(row, half, step):
    """Starts, in units, of stretches in one half of a recording."""
    middle = len(row["ids"]) // 2
    start, end = (0, middle) if half == 0 else (middle, len(row["ids"]))
    return range(start, end - STRETCH_UNITS + 1, step)


def views(row, at):
    """One stretch as the probes see it."""
    ids = torch.unique_consecutive(row["ids"][at : at + STRETCH_UNITS])
    digits = ((ids_to_codes(ids) + 1) * (LEVELS // 2)).round().long().T
    mel = row["mel"][at * FRAMES_PER_UNIT : (at + STRETCH_UNITS) * FRAMES_PER_UNIT].float()
    return {
        "unit histogram": torch.bincount(ids, minlength=CODEBOOK_SIZE).float() / len(ids),
        "histogram of each code dimension": torch.cat([torch.bincount(d, minlength=LEVELS) for d in digits]).float() / len(ids),
        "mean log-mel": mel.mean(0),
    }


def speaker_probe(rows, count=20):
    """rows: utterances with `ids`, one a speaker -> accuracies, mean of both directions (train on one half, test on the other)."""
    accuracies, tests = {}, 0
    for train_half in (0, 1):
        parts = []
        for half, step in ((train_half, STRETCH_UNITS // 2), (1 - train_half, STRETCH_UNITS)):  # training stretches overlap
            starts = [(speaker, row, at) for speaker, row in enumerate(rows[:count]) for at in stretches(row, half, step)]
            parts.append([(views(row, at), speaker) for speaker, row, at in starts])
        train_y, test_y = (torch.tensor([speaker for _, speaker in part]) for part in parts)
        tests += len(test_y)
        for name in parts[0][0][0]:
            train_x, test_x = (torch.stack([view[name] for view, _ in part]) for part in parts)
            accuracies.setdefault(name, []).append(linear_probe(train_x, train_y, test_x, test_y, count))
    results = {name: {"accuracy": sum(a) / 2, "times chance": sum(a) / 2 * count} for name, a in accuracies.items()}
    return results | {"test stretches": tests}


@torch.no_grad()
def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work_dir", type=pathlib.Path)
    parser.add_argument("model_dir", type=pathlib.Path)
    parser.add_argument("--json", type=pathlib.Path)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    tokenizer, _, _ = load_models(arguments.model_dir)
    utterances, _ = load_corpus(arguments.work_dir)
    figures, every = {}, []
    by_set = {}
    for row in utterances:
        if row["split"] == "dev" and row["set"] != "emodb":
            wave = row["wave"].float() * (row["gain"] / 32768)
            row["ids"] = codes_to_ids(tokenizer(normalise(log_mel(wave))[None])[0])
            every.append(row["ids"])
            by_set.setdefault(row["set"], []).append(row)
    for name, rows in by_set.items():
        units = sum(len(r["ids"]) for r in rows)
        merged = sum(len(torch.unique_consecutive(r["ids"])) for r in rows)
        figures[f"units a second without repeats, {name}"] = 25 * merged / units
    counts = torch.bincount(torch.cat(every), minlength=CODEBOOK_SIZE).float()
    p = counts[counts > 0] / counts.sum()
    figures["codes used"] = int((counts > 0).sum())
    figures["perplexity"] = float(torch.exp(-(p * p.log()).sum()))
    with torch.enable_grad():
        figures["speaker probe"] = speaker_probe(sorted(by_set["librispeech"], key=lambda r: r["name"]))
    print(json.dumps(figures, indent=1))
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
