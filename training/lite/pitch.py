"""F0 of every wav file in the work folder by praat, in parallel processes; voice quality of the Emo-DB files too."""

import argparse
import pathlib
import subprocess

SCRIPT = pathlib.Path(__file__).with_name("f0.praat").resolve()


def run_praat(files, processes, voice_quality, work_dir):
    """One praat process for each share of the files."""
    running = []
    for i in range(processes):
        share = files[i::processes]
        if share:
            listing = work_dir / f"praat-{int(voice_quality)}-{i}.txt"
            listing.write_text("".join(f"{path.absolute()}\n" for path in share))
            running.append(subprocess.Popen(["praat", "--run", str(SCRIPT), str(listing.resolve()), str(int(voice_quality))]))
    if any([process.wait() for process in running]):
        raise SystemExit("praat failed")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work_dir", type=pathlib.Path)
    parser.add_argument("folders", nargs="+", help="folders of wav files below the work folder")
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()
    for folder in arguments.folders:
        files = [f for f in sorted((arguments.work_dir / folder).glob("*.wav")) if not f.with_suffix(".f0").exists()]
        emotional = [f for f in files if f.name.startswith("emo_db")]
        plain = [f for f in files if not f.name.startswith("emo_db")]
        run_praat(plain, arguments.processes, False, arguments.work_dir)
        run_praat(emotional, arguments.processes, True, arguments.work_dir)
        print(folder, len(files), "files")


if __name__ == "__main__":
    main()
