"""All training and development utterances with their features, in one file, WORK_DIR/corpus.pt.

Each utterance is a dictionary: name, path, set, speaker, gender, emotion, split, text, phones (ids, human speech) or labels
(phone id of each frame, synthetic speech), wave (int16, not scaled), gain, mel (T, 80) of the scaled wave in fp16, f0 (T).
"""

import argparse
import json
import pathlib
import random

import torch

from audio import frame_count, gain_of, read_f0, read_wave
from networks import log_mel

SYNTHETIC_DEV = 100  # synthetic utterances kept for measurements, a tenth at most
PAUSE = "pau"


def features_of(wav):
    wave = read_wave(wav)
    gain = gain_of(wave)
    return {
        "wave": (wave * 32768.0).round().clamp(-32768, 32767).short(),
        "gain": gain,
        "mel": log_mel(wave * gain).half(),
        "f0": read_f0(wav.with_suffix(".f0"), frame_count(wave)),
    }


def frame_labels(text, frames, phone_ids):
    """flite's `phone:end` pairs -> the phone at each frame's centre; what follows the last phone is pause."""
    labels = torch.full((frames,), phone_ids[PAUSE], dtype=torch.uint8)
    start = 0.0
    for item in text.split():
        phone, end = item.rsplit(":", 1)
        end = float(end)
        labels[round(start * 100) : round(end * 100)] = phone_ids[phone]
        start = end
    return labels


def synthetic_rows(folder, phone_ids):
    lines = [line.split("\t") for line in (folder / "list.tsv").read_text(encoding="utf-8").splitlines()]
    texts = {name: (folder / f"{name}.phones").read_text() for name, _, _ in lines}
    for name, _, _ in lines:
        for item in texts[name].split():
            phone_ids.setdefault(item.rsplit(":", 1)[0], len(phone_ids))
    dev = set(random.Random(0).sample(sorted(texts), min(SYNTHETIC_DEV, len(texts) // 10)))
    rows = []
    for name, voice, text in lines:
        row = {"name": name, "path": f"synthetic/{name}.wav", "set": "synthetic", "speaker": voice, "emotion": "neutral"}
        row |= {"gender": "f" if voice == "slt" else "m", "split": "dev" if name in dev else "train", "text": text}
        row |= features_of(folder / f"{name}.wav")
        row["labels"] = frame_labels(texts[name], len(row["f0"]), phone_ids)
        rows.append(row)
    return rows


def human_rows(folder, phone_ids):
    rows = []
    for row in json.loads((folder / "list.json").read_text()):
        unknown = set(row["phones"]) - set(phone_ids)
        if unknown:
            print("left out:", row["name"], "has phones that the synthetic speech lacks:", unknown)
            continue
        row["phones"] = [phone_ids[phone] for phone in row["phones"]]
        rows.append(row | features_of(folder / f"{row['name']}.wav"))
    return rows


def load_corpus(work_dir, name="corpus.pt"):
    """-> (utterances, phone -> id)"""
    corpus = torch.load(pathlib.Path(work_dir) / name, weights_only=False)
    return corpus["utterances"], corpus["phones"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work_dir", type=pathlib.Path)
    parser.add_argument("--synthetic-only", action="store_true", help="without human speech, to start training earlier")
    parser.add_argument("--out", default="corpus.pt")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    phone_ids = {PAUSE: 0}
    rows = synthetic_rows(arguments.work_dir / "synthetic", phone_ids)
    if not arguments.synthetic_only:
        rows += human_rows(arguments.work_dir / "human", phone_ids)
    torch.save({"utterances": rows, "phones": phone_ids}, arguments.work_dir / arguments.out)
    hours = sum(len(row["f0"]) for row in rows) / 360000
    print(f"{len(rows)} utterances, {hours:.2f} h, {len(phone_ids)} phones, {len({r['speaker'] for r in rows})} speakers")


if __name__ == "__main__":
    main()
