#!/usr/bin/env python3
"""Watches the resident memory of `emova batch` over many short files.

    batch-memory.py WORK FILES SERIES.csv [GRAPH.png] [-- options of emova batch]

Writes seconds, files done and resident MB twice a second; the graph needs matplotlib.
"""
import csv, json, os, shutil, subprocess, sys, time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]


def inputs(work, count):
    """Pieces of 0.5 to 1 s of the samples, in three formats."""
    folder = work / f"short-{count}"
    done = folder / ".complete"
    if not done.exists():
        shutil.rmtree(folder, ignore_errors=True)
        pieces = work / "pieces"
        pieces.mkdir(parents=True, exist_ok=True)
        made = []
        for sample in sorted((ROOT / "samples").glob("*.flac")):
            for i in range(4):
                for form in ("flac", "mp3", "wav"):
                    piece = pieces / f"{sample.stem}{i}.{form}"
                    subprocess.run(["ffmpeg", "-v", "error", "-y", "-ss", str(0.6 * i), "-t", str(0.5 + 0.15 * i), "-i", str(sample), str(piece)], check=True)
                    made.append(piece)
        for i in range(count):
            target = folder / f"{i // 500:03d}" / f"{i:06d}{made[i % len(made)].suffix}"
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(made[i % len(made)], target)
        done.touch()
    return folder


def resident(pid):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def main():
    arguments = sys.argv[1:]
    options = []
    if "--" in arguments:
        options = arguments[arguments.index("--") + 1:]
        arguments = arguments[: arguments.index("--")]
    if len(arguments) < 3:
        sys.exit(__doc__)
    work, count, series = Path(arguments[0]), int(arguments[1]), Path(arguments[2])
    out = work / "out-short"
    shutil.rmtree(out, ignore_errors=True)
    log = out / ".emova-batch" / "results.jsonl"
    program = ROOT / "runtime" / "target" / "emova" / "bin" / "emova"
    process = subprocess.Popen([program, "batch", inputs(work, count), out, "--jobs", "2", "--format", "flac", "--name", "{dir}/{file}.{ext}",
                                "--progress", "none", *options])
    begin, rows, done, position = time.time(), [], 0, 0
    while process.poll() is None:
        time.sleep(0.5)
        try:
            with open(log, "rb") as file:
                file.seek(position)
                text = file.read()
            position += len(text)
            done += text.count(b'"status":"OK"')
            rows.append((round(time.time() - begin, 1), done, round(resident(process.pid), 1)))
        except OSError:
            pass
    with open(series, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["seconds", "files", "resident_mb"])
        writer.writerows(rows)
    for part in range(10):
        values = [r[2] for r in rows if part * count / 10 <= r[1] < (part + 1) * count / 10 and r[2] > 0]
        if values:
            print(f"files {part * count // 10:6d} to {(part + 1) * count // 10:6d}: {min(values):.0f} to {max(values):.0f} MB")
    if len(arguments) > 3:
        import matplotlib
        matplotlib.use("Agg")
        from matplotlib import pyplot
        figure, axes = pyplot.subplots(figsize=(8, 3.2))
        axes.plot([r[1] for r in rows], [r[2] for r in rows], linewidth=1)
        axes.set(xlabel="files done", ylabel="resident memory in MB", ylim=(0, None), title=f"emova batch --jobs 2, {count} files of 0.5 to 1 s")
        axes.grid(alpha=0.3)
        figure.tight_layout()
        figure.savefig(arguments[3], dpi=130)
    sys.exit(process.returncode)


if __name__ == "__main__":
    main()
