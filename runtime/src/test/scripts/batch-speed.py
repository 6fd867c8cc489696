#!/usr/bin/env python3
"""Measures `emova batch`: speed by --jobs, processor use, and whether all give the same bytes.

    batch-speed.py WORK MINUTES [--speech DIR] [--jobs 1,2] [--repeats 3] [-- options of emova batch]

WORK takes the recordings (mixed formats, made once with ffmpeg out of LibriSpeech's in ../shared/speech) and the
results. Compare only runs of a machine that does nothing else.
"""
import argparse, hashlib, json, os, resource, shutil, statistics, subprocess, sys, time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
FORMATS = [("flac", ["-ar", "16000"]), ("mp3", ["-ar", "44100", "-b:a", "96k"]), ("opus", ["-c:a", "libopus", "-b:a", "32k"]),
           ("m4a", ["-ar", "48000", "-ac", "2", "-c:a", "aac", "-b:a", "128k"]), ("wav", ["-ar", "24000"]), ("ogg", ["-ar", "22050", "-c:a", "libvorbis"])]


def corpus(work, minutes, speech):
    """Recordings of 12 to 90 s, in turn of each format, until there are so many minutes."""
    folder = work / f"speech-{minutes:g}min"
    done = folder / ".complete"
    if done.exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    sources = sorted((speech / "train" / "librispeech_train_clean_100").glob("*.opus"))
    if not sources:
        sys.exit(f"no speech in {speech}")
    seconds, index = 0.0, 0
    while seconds < 60 * minutes:
        count = [1, 2, 4, 7][index % 4]
        parts = [sources[(index * 7 + i) % len(sources)] for i in range(count)]
        form, options = FORMATS[index % len(FORMATS)]
        target = folder / f"{index:04d}.{form}"
        inputs = [x for part in parts for x in ("-i", str(part))]
        graph = "".join(f"[{i}:a]aresample=16000,aformat=channel_layouts=mono[a{i}];" for i in range(count))
        graph += "".join(f"[a{i}]" for i in range(count)) + f"concat=n={count}:v=0:a=1"
        subprocess.run(["ffmpeg", "-v", "error", "-y", *inputs, "-filter_complex", graph, *options, str(target)], check=True)
        seconds += float(subprocess.run(["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", str(target)],
                                        check=True, capture_output=True, text=True).stdout)
        index += 1
    done.write_text(f"{seconds}\n")
    return folder


def hashes(folder):
    return {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in folder.iterdir() if f.is_file()}


def run(program, inputs, out, jobs, options):
    shutil.rmtree(out, ignore_errors=True)
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.time()
    said = subprocess.run([program, "batch", inputs, out, "--jobs", str(jobs), "--json", "--progress", "none", *options],
                          check=True, capture_output=True, text=True).stdout
    wall, after = time.time() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    totals = json.loads(said)
    if totals["failed"] or totals["open"]:
        sys.exit(f"{totals['failed']} failed, {totals['open']} open")
    return {"jobs": jobs, "wall": wall, "cpu": cpu, "batch": totals["elapsedSeconds"], "audio": totals["inputSeconds"]}


def main():
    arguments = sys.argv[1:]
    options = arguments[arguments.index("--") + 1:] if "--" in arguments else ["--speaker", "male", "--format", "opus", "--bitrate", "32k"]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=Path)
    parser.add_argument("minutes", type=float)
    parser.add_argument("--speech", type=Path, default=ROOT.parent / "shared" / "speech")
    parser.add_argument("--jobs", default="1,2")
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args(arguments[: arguments.index("--")] if "--" in arguments else arguments)
    program = ROOT / "runtime" / "target" / "emova" / "bin" / "emova"
    inputs = corpus(given.work, given.minutes, given.speech)
    counts = [int(j) for j in given.jobs.split(",")]
    results, reference = {j: [] for j in counts}, None
    for repeat in range(given.repeats):
        for jobs in counts:  # in turn, so that what else the machine does meets all alike
            out = given.work / f"out-{jobs}"
            result = run(program, inputs, out, jobs, options)
            results[jobs].append(result)
            now = hashes(out)
            reference = reference or now
            print(f"run {repeat + 1}, --jobs {jobs}: {result['audio'] / 60:.1f} min of speech in {result['wall']:.1f} s, batch alone "
                  f"{result['batch']:.1f} s, {result['cpu']:.1f} s of processor time, {100 * result['cpu'] / result['wall'] / os.cpu_count():.0f} % "
                  f"of {os.cpu_count()} processors, {'same bytes' if now == reference else 'OTHER BYTES'}", flush=True)
    base = statistics.median(r["batch"] for r in results[counts[0]])
    for jobs in counts:
        middle = statistics.median(r["batch"] for r in results[jobs])
        print(f"--jobs {jobs}: median {middle:.1f} s, {results[jobs][0]['audio'] / middle:.1f} times real time, {base / middle:.2f} times --jobs {counts[0]}")


if __name__ == "__main__":
    main()
