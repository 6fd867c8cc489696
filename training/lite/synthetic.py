"""Synthetic speech with exact phone times: flite's four 16 kHz voices read the sentences.

Writes synthetic/VOICE_NUMBER.wav and .phones (flite's `phone:end` pairs) and synthetic/list.tsv (name, voice, text).
`rms` is the shipped male voice, hence its large share.
"""

import argparse
import concurrent.futures
import pathlib
import subprocess

SHARES = ("rms=1300", "slt=700", "awb=600", "kal16=500")


def speak(job):
    folder, name, voice, text = job
    wav = folder / f"{name}.wav"
    phones = folder / f"{name}.phones"
    if not phones.exists():
        command = ["flite", "-voice", voice, "-psdur", "-t", text, "-o", str(wav)]
        result = subprocess.run(command, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL)
        phones.write_text(result.stdout)
    return name, voice, text


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work_dir", type=pathlib.Path)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--voices", nargs="+", default=SHARES, help="VOICE=SENTENCES")
    arguments = parser.parse_args()
    folder = arguments.work_dir / "synthetic"
    folder.mkdir(exist_ok=True)
    sentences = (arguments.work_dir / "sentences.txt").read_text(encoding="utf-8").splitlines()
    # each voice reads other sentences while they last, then they start again from the top
    voices = [voice for voice, _, count in (share.partition("=") for share in arguments.voices) for _ in range(int(count))]
    jobs = []
    for i, voice in enumerate(voices):
        jobs.append((folder, f"{voice}_{i:05d}", voice, sentences[i % len(sentences)]))
    with concurrent.futures.ThreadPoolExecutor(arguments.processes) as pool:
        done = list(pool.map(speak, jobs))
    (folder / "list.tsv").write_text("".join("\t".join(row) + "\n" for row in done), encoding="utf-8")
    print(len(done), "utterances")


if __name__ == "__main__":
    main()
