#!/usr/bin/env python3
"""Makes the lite model: data, tokenizer, vocoder, speakers, emotions, export, measurements, figures, model card. One command.

usage: recipe.py DATA_DIR WORK_DIR MODEL_DIR [--config training/recipe.toml] [--recogniser intelligibility.py] [--from STEP] [--golden DIR]
  DATA_DIR   holds train/manifest.tsv and the audio that it names (see README.md)
  WORK_DIR   gets everything that is made on the way (some 5 GB); what is there is not made again, but for --from STEP and after
  MODEL_DIR  gets the model
Without a recogniser no words are counted. Uses one thread; set PYTHON to run the steps by another interpreter.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import time
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
# step, script, arguments, the result in the work folder that shows that it ran (none: it runs always)
STEPS = (
    ("sentences", "sentences", "{data} {work}", "sentences.txt"),
    ("synthetic", "synthetic", "{work}", "synthetic/list.tsv"),
    ("human", "human", "{data} {work}", "human/list.json"),
    ("pitch", "pitch", "{work} synthetic human", "pitch.done"),
    ("corpus", "corpus", "{work}", "corpus.pt"),
    ("tokenizer-bootstrap", "train_tokenizer", "{work} --out bootstrap.pt", "bootstrap.pt"),
    ("tokenizer-first", "train_tokenizer", "{work} --start bootstrap.pt --out first.pt", "first.pt"),
    ("tokenizer", "train_tokenizer", "{work} --start first.pt --out narrow.pt", "narrow.pt"),
    ("widen", "widen", "{work}", "tokenizer.pt"),
    ("vocoder", "train_vocoder", "{work}", "vocoder.pt"),
    ("emotions", "emotions", "{work}", "emotions-measured.json"),
    ("export", "export", "{work} {model} --emotions emotions-measured.json", "exported.done"),
    ("calibrate", "calibrate", "{work} {model}", "emotions.json"),
    ("export-again", "export", "{work} {model}", "exported-again.done"),
    ("golden", "golden", "{model} {golden}", "golden.done"),
    ("samples", "samples", "{model} {golden}", "samples.done"),
    ("measure-units", "measure_units", "{work} {model} --json {work}/units.json", "units.json"),
    ("measure-sound", "measure_sound", "{work} {model} --json {work}/sound.json", "sound.json"),
    ("judge", "judge", "{work} {model} --json {work}/judge.json", "judge.json"),
    ("evaluate", "evaluate", "{recogniser} {data} {work} {model} --json {work}/words.json", "words.json"),
    ("figures", "figures", "{work} {model} {figures}", "figures.done"),
    ("card", "card", "{work} {model}", None),
    ("package", "package", "{model} --quality {work}/quality.json", None),  # last: it lists every file's hash
)


def options(table):
    for key, value in table.items():
        if value is True:
            yield f"--{key}"
        elif isinstance(value, list):
            yield from (f"--{key}", *map(str, value))
        else:
            yield from (f"--{key}", str(value))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data_dir", type=pathlib.Path)
    parser.add_argument("work_dir", type=pathlib.Path)
    parser.add_argument("model_dir", type=pathlib.Path)
    parser.add_argument("--config", type=pathlib.Path, default=HERE / "recipe.toml")
    parser.add_argument("--recogniser", type=pathlib.Path, help="the word error rate tool")
    parser.add_argument("--from", dest="first", choices=[name for name, *_ in STEPS], help="run this step and all after it anew")
    parser.add_argument("--golden", type=pathlib.Path, default=HERE / "golden", help="folder for fixtures of other implementations")
    parser.add_argument("--figures", type=pathlib.Path, default=HERE / "figures", help="folder for figures")
    arguments = parser.parse_args()
    config = tomllib.loads(arguments.config.read_text(encoding="utf-8"))
    unknown = set(config) - {name for name, *_ in STEPS}
    if unknown:
        sys.exit(f"{arguments.config}: no such step: {', '.join(sorted(unknown))}")
    if not (arguments.data_dir / "train" / "manifest.tsv").is_file():
        sys.exit(f"{arguments.data_dir} holds no train/manifest.tsv")
    for folder in (arguments.work_dir, arguments.model_dir, arguments.golden, arguments.figures):
        folder.mkdir(parents=True, exist_ok=True)
    work = arguments.work_dir.resolve()
    places = {"data": arguments.data_dir.resolve(), "work": work, "model": arguments.model_dir.resolve(),
              "golden": arguments.golden.resolve(), "figures": arguments.figures.resolve(), "recogniser": arguments.recogniser}
    environment = os.environ | {"OMP_NUM_THREADS": "1"}  # more threads than free cores make training many times slower
    anew = False
    for name, script, template, result in STEPS:
        anew = anew or name == arguments.first
        if name == "evaluate" and not arguments.recogniser:
            continue
        if result and (work / result).exists() and not anew:
            continue
        line = [part.format(**places) for part in template.split()]
        command = [os.environ.get("PYTHON", sys.executable), str(HERE / "lite" / f"{script}.py"), *line, *options(config.get(name, {}))]
        print(f"== {time.strftime('%T')} {name}: {' '.join(command[1:])}", flush=True)
        if subprocess.run(command, env=environment).returncode:
            sys.exit(f"step {name} failed")
        if result and result.endswith(".done"):
            (work / result).touch()


if __name__ == "__main__":
    main()
