"""Makes f0.tsv: what Praat's autocorrelation method says of 30 recordings.

python make_f0.py FOLDER_WITH_manifest.tsv > ../resources/org/emova4j/eval/metric/f0.tsv

Needs praat and ffmpeg. Each line: path, sample rate, index of the first frame (10 ms each), F0 of each frame in hertz.
A recording is cut to whole frames and a sample, for then Praat's frames lie at multiples of 10 ms.
"""
import csv, pathlib, subprocess, sys, tempfile, wave

PER_DATASET = {"Kathleen (CMU ARCTIC prompts)": 3, "GRID s1": 3, "LJSpeech": 3, "Emo-DB": 7, "VCTK": 4,
               "LibriSpeech train-clean-100": 5, "AN4": 3, "speechocean762": 2}
HERE = pathlib.Path(__file__).parent


def chosen(rows):
    for dataset, count in PER_DATASET.items():
        suitable = [r for r in rows if r["dataset"] == dataset and 1.5 < float(r["seconds"]) < 6]
        suitable.sort(key=lambda r: r["path"])
        yield from (suitable[i * len(suitable) // count] for i in range(count))


def main(folder):
    with open(folder / "manifest.tsv", newline="") as f:
        rows = list(csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE))
    version = subprocess.run(["praat", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    print(f"# {version}; f0.praat")
    with tempfile.TemporaryDirectory() as scratch:
        for row in chosen(rows):
            wav, out = pathlib.Path(scratch, "x.wav"), pathlib.Path(scratch, "x.tsv")
            subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", folder / row["path"], "-ac", "1", "-c:a", "pcm_s16le", wav], check=True)
            with wave.open(str(wav)) as w:
                rate, samples = w.getframerate(), w.readframes(w.getnframes())
            frames = (len(samples) // 2 - 2) * 100 // rate
            with wave.open(str(wav), "wb") as w:
                w.setnchannels(1), w.setsampwidth(2), w.setframerate(rate)
                w.writeframes(samples[: 2 * (-(-frames * rate // 100) + 1)])
            subprocess.run(["praat", "--run", HERE.parent / "praat" / "f0.praat", wav, out], check=True)
            track = [line.split("\t") for line in out.read_text().splitlines()]
            first = float(track[0][0]) * 100
            assert abs(first - round(first)) < 0.02, (row["path"], first)
            print(row["path"], rate, round(first), " ".join(f"{float(v):g}" for _, v in track), sep="\t")


main(pathlib.Path(sys.argv[1]))
