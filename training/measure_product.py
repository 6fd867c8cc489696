"""Measures the built product on human speech that no model was trained on: words, pitch and speed.

usage: measure_product.py SHARED_DIR WORK_DIR [--limit N] [--only words|style|time|same] [--emova COMMAND] [--json FILE]

Converts the manifest's `dev` rows of Kathleen and LibriSpeech with the `emova` command (to each shipped speaker, and to the
recording's own voice), then lets an independent recogniser count words (SHARED_DIR/tools/intelligibility.py), and praat measure
the F0 and the files tell the length of 20 sentences at each pitch and speed. A minute of speech tells the time that a conversion takes,
as a share of real time, on one core, without the start of the program. With `--only same` it measures what keeps the recorded voice
instead (`--speaker same`): words, F0, and whose voice it is, at each pitch, speed and emotion. --json keeps the figures: for the model
card, as product.json in training's work folder. Needs apt: pocketsphinx pocketsphinx-en-us ffmpeg praat; `--only same` needs numpy.
"""

import argparse
import csv
import json
import math
import os
import pathlib
import re
import statistics
import subprocess
import sys
import time
import wave

ROOT = pathlib.Path(__file__).resolve().parent.parent
SETS = ("Kathleen", "LibriSpeech")
PITCH_SCRIPT = """form x
 sentence name
endform
Read from file: name$
To Pitch (ac): 0.01, 65, 15, "no", 0.03, 0.45, 0.01, 0.35, 0.14, 500
f0 = Get quantile: 0, 0, 0.5, "Hertz"
writeInfoLine: f0
"""


def convert(emova, jobs):
    """Converts (source, target, options of the shell) that are not there yet, all in one process -> seconds."""
    lines = []
    for source, target, options in jobs:
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            lines.append(" ".join(["emova:convert", f"'{source}'", f"'{target}'", *(f"'{o}'" for o in options)]))
    began = time.monotonic()
    if lines:
        shell = subprocess.run([*(emova if isinstance(emova, list) else [str(emova)]), "shell"], input="\n".join([*lines, "exit", ""]), text=True, capture_output=True, check=True)
        missing = [target for _, target, _ in jobs if not target.exists()]
        if missing:
            sys.exit(f"{missing[0]} and {len(missing) - 1} more were not made:\n{shell.stdout[-2000:]}{shell.stderr[-2000:]}")
    return time.monotonic() - began


def intelligibility(shared, manifest, folder, *options):
    tool = shared / "tools" / "intelligibility.py"
    command = [sys.executable, str(tool), str(manifest), str(folder), *options]
    text = subprocess.run(command, capture_output=True, text=True).stdout.strip()
    print(text, flush=True)
    return {name: float(wer) for name, wer in re.findall(r"^(.*?): .* WER ([0-9.]+)", text, re.MULTILINE)}


def write_manifest(shared, work, rows, fields):
    """The rows that are measured, and the sentences for the recogniser: two files."""
    everything = shared / "speech" / "train" / "manifest.tsv"
    sentences = work / "sentences.txt"
    with open(everything, encoding="utf-8", newline="") as file:
        all_rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    # The language model of the recogniser covers the whole manifest, as for any other measurement with it.
    sentences.write_text("\n".join(r["transcript"] for r in all_rows if r["transcript"].isascii()), encoding="utf-8")
    manifest = work / "dev.tsv"
    with open(manifest, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fields, delimiter="\t", quoting=csv.QUOTE_NONE, quotechar=None)
        writer.writeheader()
        writer.writerows(rows)
    return manifest, sentences


def measure_words(emova, shared, work, rows, fields):
    manifest, sentences = write_manifest(shared, work, rows, fields)
    print("originals")
    figures = {"originals": intelligibility(shared, manifest, shared / "speech" / "train", "--text", str(sentences))}
    for name in ("female", "male", "own"):
        jobs = []
        for row in rows:
            source = shared / "speech" / "train" / row["path"]
            target = (work / name / row["path"]).with_suffix(".wav")
            jobs.append((source, target, [f"from={source}" if name == "own" else f"speaker={name}"]))
        convert(emova, jobs)
        print(f"to {name}")
        figures[name] = intelligibility(shared, manifest, work / name, "--ext", "wav", "--text", str(sentences))
    return figures


def measure_time(emova, work, rows, shared):
    """What a minute takes more than a second, on one core."""
    sources = [shared / "speech" / "train" / row["path"] for row in rows]
    listing = work / "minute.txt"
    listing.write_text("".join(f"file '{source.resolve()}'\n" for source in sources))
    seconds = []
    for length in (1, 61):
        path = work / f"{length}.wav"
        command = ["ffmpeg", "-v", "error", "-y", "-f", "concat", "-safe", "0", "-i", str(listing), "-t", str(length), "-ac", "1", "-ar", "16000", str(path)]
        subprocess.run(command, check=True)
        best = math.inf
        for attempt in range(3):
            target = work / f"{length}.out.wav"
            target.unlink(missing_ok=True)
            best = min(best, convert(["taskset", "-c", "0", str(emova)], [(path, target, ["speaker=female"])]))
        seconds.append(best)
    share = (seconds[1] - seconds[0]) / 60
    print(f"a minute takes {60 * share:.2f} s more than a second: {share:.3f} of real time")
    return share


def median_f0(path, script):
    return float(subprocess.run(["praat", "--run", str(script), str(path)], capture_output=True, text=True, check=True).stdout)


def seconds(path):
    with wave.open(str(path)) as file:
        return file.getnframes() / file.getframerate()


def spread(values):
    return f"median {statistics.median(values):+.2f}, from {min(values):+.2f} to {max(values):+.2f}"


def measure_style(emova, shared, work, rows):
    script = work / "f0.praat"
    script.write_text(PITCH_SCRIPT)
    rows = (rows[::3] or rows)[:20]
    made = {}
    for option, label in (("pitch", "normal"), ("pitch", "low"), ("pitch", "high"), ("speed", "slow"), ("speed", "fast")):
        made[label] = [(work / f"{option}-{label}" / row["path"]).with_suffix(".wav") for row in rows]
        sources = [shared / "speech" / "train" / row["path"] for row in rows]
        convert(emova, [(source, target, ["speaker=female", f"{option}={label}"]) for source, target in zip(sources, made[label])])
    for label in ("low", "high"):
        steps = [12 * math.log2(median_f0(a, script) / median_f0(b, script)) for a, b in zip(made[label], made["normal"])]
        print(f"pitch {label} against normal, semitones of median F0 over {len(steps)} sentences: {spread(steps)}")
    for label in ("slow", "fast"):
        steps = [100 * (seconds(a) / seconds(b) - 1) for a, b in zip(made[label], made["normal"])]
        print(f"speed {label} against normal, per cent of duration over {len(steps)} sentences: {spread(steps)}")


def samples(path):
    """Sound at 16 kHz, as floats."""
    import numpy

    raw = subprocess.run(["ffmpeg", "-v", "error", "-i", str(path), "-ac", "1", "-ar", "16000", "-f", "f32le", "-"], capture_output=True, check=True)
    return numpy.frombuffer(raw.stdout, numpy.float32)


def cepstra(wave):
    """Mel cepstra c1 to c19 of the active frames, 100 a second."""
    import numpy

    size, hop, bands = 512, 160, 40
    frames = numpy.lib.stride_tricks.sliding_window_view(wave, 400)[::hop] * numpy.hanning(400)
    power = numpy.abs(numpy.fft.rfft(frames, size)) ** 2
    mel = lambda hertz: 2595 * numpy.log10(1 + hertz / 700)
    edges = numpy.linspace(mel(60), mel(7600), bands + 2)
    bins = mel(numpy.fft.rfftfreq(size, 1 / 16000))[:, None]
    up, down = (bins - edges[:-2]) / numpy.diff(edges)[:-1], (edges[2:] - bins) / numpy.diff(edges)[1:]
    log = numpy.log(power @ numpy.clip(numpy.minimum(up, down), 0, None) + 1e-10)
    level = log.mean(1)
    log = log[level > numpy.percentile(level, 99) - 6]
    basis = numpy.cos(numpy.pi / bands * numpy.outer(numpy.arange(bands) + 0.5, numpy.arange(1, 20)))
    return log @ basis * math.sqrt(2 / bands)


def voice(wave):
    """Mean and deviation of the cepstra: what a simple speaker recogniser goes by."""
    import numpy

    c = cepstra(wave)
    return numpy.concatenate([c.mean(0), c.std(0)])


def measure_same(emova, shared, work, rows, fields):
    import numpy

    manifest, sentences = write_manifest(shared, work, rows, fields)
    originals = shared / "speech" / "train"
    script = work / "f0.praat"
    script.write_text(PITCH_SCRIPT.replace("500\n", "700\n"))
    wavs = [(work / "original" / row["path"]).with_suffix(".wav") for row in rows]
    for row, wav in zip(rows, wavs):
        wav.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", str(originals / row["path"]), "-ac", "1", str(wav)], check=True)
    # Each speaker is known by the second halves of his recordings; asked is whose the first halves of the results are.
    waves = [samples(wav) for wav in wavs]
    speakers = sorted({row["speaker"] for row in rows})
    known = [voice(numpy.concatenate([w[len(w) // 2 :] for w, r in zip(waves, rows) if r["speaker"] == s])) for s in speakers]
    scale = numpy.std([voice(w[len(w) // 2 :]) for w in waves], axis=0)

    def recognised(waves):
        distances = [[numpy.linalg.norm((voice(w[: len(w) // 2]) - k) / scale) for k in known] for w in waves]
        right = sum(speakers[int(numpy.argmin(d))] == row["speaker"] for d, row in zip(distances, rows))
        own = [d[speakers.index(row["speaker"])] for d, row in zip(distances, rows)]
        print(f"speaker recognised among {len(speakers)}: {right} of {len(rows)}, mean distance to the own {statistics.mean(own):.2f}", flush=True)
        return right

    figures = {"recordings": len(rows), "originals": {"words": intelligibility(shared, manifest, originals, "--text", str(sentences)), "recognised": recognised(waves)}}
    labels = [f"pitch={p}" for p in ("normal", "low", "high")] + [f"speed={v}" for v in ("slow", "fast")]
    labels += [f"emotion={e}" for e in ("happy", "sad", "angry", "fearful", "disgusted", "surprised")]
    for label in labels:
        folder = "same-" + label.replace("=", "-")
        made = [(work / folder / row["path"]).with_suffix(".wav") for row in rows]
        convert(emova, [(originals / row["path"], target, ["speaker=same", label]) for row, target in zip(rows, made)])
        print(f"same, {label}")
        words = intelligibility(shared, manifest, work / folder, "--ext", "wav", "--text", str(sentences))
        steps = [12 * math.log2(median_f0(a, script) / median_f0(b, script)) for a, b in zip(made, wavs)]
        results = [samples(path) for path in made]
        print(f"semitones of median F0: {spread(steps)}", flush=True)
        figures[label] = {"words": words, "recognised": recognised(results)}
        if label == "pitch=normal":
            errors = [numpy.abs(a[: len(b)] - b[: len(a)]).max() for a, b in zip(results, waves)]
            print(f"largest difference of a sample from its original's: {20 * math.log10(max(max(errors), 1e-9)):.0f} dBFS", flush=True)
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=pathlib.Path)
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("--limit", type=int, help="rows of each data set")
    parser.add_argument("--only", choices=("words", "style", "time", "same"))
    parser.add_argument("--emova", type=pathlib.Path, default=ROOT / "emova", help="the command")
    parser.add_argument("--json", type=pathlib.Path)
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    with open(arguments.shared / "speech" / "train" / "manifest.tsv", encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        dev = [r for r in reader if r["split"] == "dev" and r["dataset"].startswith(SETS)]
    rows = [r for name in SETS for r in [x for x in dev if x["dataset"].startswith(name)][: arguments.limit]]
    figures = {}
    if arguments.only == "same":
        figures["same"] = measure_same(arguments.emova, arguments.shared, arguments.work, rows, reader.fieldnames)
    if arguments.only in (None, "style"):
        measure_style(arguments.emova, arguments.shared, arguments.work, rows)
    if arguments.only in (None, "time"):
        figures["of real time"] = measure_time(arguments.emova, arguments.work, rows, arguments.shared)
    if arguments.only in (None, "words"):
        figures["words"] = measure_words(arguments.emova, arguments.shared, arguments.work, rows, reader.fieldnames)
    if arguments.json:
        old = json.loads(arguments.json.read_text()) if arguments.json.exists() else {}
        arguments.json.write_text(json.dumps(old | figures, indent=1) + "\n")


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
