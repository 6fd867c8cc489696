"""Human speech of the manifest as 16 kHz mono wav files, with the phones of the text: flite's front end for English, the nearest of
its phones for Mandarin.

Writes human/NAME.wav and human/list.json: name, path, data set, speaker, gender, emotion, split, text, phones. Emo-DB rows are
for the emotion factors only and get no phones.
"""

import argparse
import concurrent.futures
import json
import pathlib
import subprocess

import mandarin
from manifest import EMOTIONAL, ENGLISH, MANDARIN, name_of, read_manifest, words

MIN_SECONDS, MAX_SECONDS = 1.0, 20.0


def prepare(job):
    data_dir, folder, row = job
    name = name_of(row)
    wav = folder / f"{name}.wav"
    if not wav.exists():
        source = data_dir / "train" / row["path"]
        command = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-threads", "1", "-i", str(source)]
        subprocess.run([*command, "-ac", "1", "-ar", "16000", "-c:a", "pcm_s16le", str(wav)], check=True)
    phones = []
    if row["dataset"] in ENGLISH:
        text = " ".join(words(row["transcript"]))
        command = ["flite", "-voice", "slt", "-ps", "-t", text + " ", "none"]
        phones = subprocess.run(command, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL).stdout.split()
    elif row["dataset"] in MANDARIN:
        phones = mandarin.phones(row["transcript"])[0]
    return {
        "name": name,
        "path": row["path"],
        "set": (ENGLISH | MANDARIN | EMOTIONAL)[row["dataset"]],
        "speaker": row["speaker"],
        "gender": row["gender"],
        "emotion": row["emotion"],
        "split": row["split"],
        "text": row["transcript"],
        "phones": phones,
    }


def wanted(row):
    if row["dataset"] in EMOTIONAL:
        return True
    if row["dataset"] in MANDARIN:
        return mandarin.phones(row["transcript"]) is not None
    if row["dataset"] not in ENGLISH or not words(row["transcript"]) or not row["transcript"].isascii():
        return False
    return row["split"] == "dev" or MIN_SECONDS < float(row["seconds"]) < MAX_SECONDS


def few(rows, limit):
    counts, kept = {}, []
    for row in rows:
        key = row["dataset"], row["split"], row["emotion"], row["speaker"] if row["dataset"] in EMOTIONAL else ""
        counts[key] = counts.get(key, 0) + 1
        if counts[key] <= limit:
            kept.append(row)
    return kept


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data_dir", type=pathlib.Path)
    parser.add_argument("work_dir", type=pathlib.Path)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--limit", type=int, help="so many rows of each data set, split and emotion")
    arguments = parser.parse_args()
    folder = arguments.work_dir / "human"
    folder.mkdir(exist_ok=True)
    rows = [row for row in read_manifest(arguments.data_dir) if wanted(row)]
    if arguments.limit:
        rows = few(rows, arguments.limit)
    jobs = [(arguments.data_dir, folder, row) for row in rows]
    with concurrent.futures.ThreadPoolExecutor(arguments.processes) as pool:
        rows = list(pool.map(prepare, jobs))
    (folder / "list.json").write_text(json.dumps(rows, indent=0))
    print(len(rows), "utterances")


if __name__ == "__main__":
    main()
