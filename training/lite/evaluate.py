"""Word error rates of development recordings, as they are and converted, heard by an independent recogniser.

Uses the functions of intelligibility.py (pocketsphinx with a bigram model of all the manifest's English sentences). Prints
one line a set and mode; --json keeps the figures, --keep keeps the waves. Modes:
  original   the recording
  own        reconstructed with the recording's own speaker vector and prosody
  female, male   converted to a shipped voice, prosody carried over
  own-predicted, female-predicted, male-predicted   the same with predicted prosody
  female+angry, ...   with an emotion at intensity 1
"""

import argparse
import concurrent.futures
import importlib.util
import json
import pathlib
import random
import tempfile

import torch

from convert import Converter, write_wave
from corpus import load_corpus
from manifest import read_manifest

MODES = ("original", "own", "female", "male")


def load_recogniser(path):
    specification = importlib.util.spec_from_file_location("intelligibility", path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recogniser", type=pathlib.Path, help="intelligibility.py")
    parser.add_argument("data_dir", type=pathlib.Path)
    parser.add_argument("work_dir", type=pathlib.Path)
    parser.add_argument("model_dir", type=pathlib.Path)
    parser.add_argument("--sets", nargs="+", default=["kathleen", "librispeech"])
    parser.add_argument("--modes", nargs="+", default=MODES)
    parser.add_argument("--corpus", default="corpus.pt")
    parser.add_argument("--limit", type=int, help="so many recordings a set")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--keep", type=pathlib.Path, help="folder for the waves")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    recogniser = load_recogniser(arguments.recogniser)
    converter = Converter(arguments.model_dir) if set(arguments.modes) != {"original"} else None
    utterances, _ = load_corpus(arguments.work_dir, arguments.corpus)
    figures = {}
    with tempfile.TemporaryDirectory() as folder:
        language_model = f"{folder}/sentences.lm"
        english = {r["transcript"] for r in read_manifest(arguments.data_dir)
                   if recogniser.words(r["transcript"] or "") and r["transcript"].isascii()}
        recogniser.write_bigrams([recogniser.words(text) for text in sorted(english)], language_model)
        keep = arguments.keep or pathlib.Path(folder)
        keep.mkdir(parents=True, exist_ok=True)
        for name in arguments.sets:
            rows = sorted((r for r in utterances if r["set"] == name and r["split"] == "dev"), key=lambda r: r["name"])
            random.Random(3).shuffle(rows)
            rows = rows[: arguments.limit]
            for mode in arguments.modes:

                def one(row):
                    path = keep / f"{row['name']}.{mode}.wav"
                    wave = row["wave"].float() / 32768
                    if mode != "original":
                        voice, _, emotion = mode.partition("+")
                        voice, _, predicted = voice.partition("-")
                        wave, _ = converter.convert(wave, row["f0"], voice, "predicted" if predicted else "carried",
                                                    emotion=emotion or "neutral")
                    write_wave(path, wave)
                    reference = recogniser.words(row["text"])
                    return recogniser.errors(reference, recogniser.hear(str(path), ["-lm", language_model])), len(reference)

                with concurrent.futures.ThreadPoolExecutor(arguments.processes) as pool:
                    counts = list(pool.map(one, rows))
                errors, total = (sum(column) for column in zip(*counts))
                figures[f"{name} {mode}"] = {"files": len(rows), "words": total, "errors": errors, "wer": errors / total}
                print(f"{name} {mode}: {len(rows)} files, {total} words, {errors} errors, WER {errors / total:.3f}", flush=True)
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
