"""English sentences for the synthetic voices, taken from Debian's fortune collections.

Only plain sentences of 5 to 14 words without digits, names in capitals or unusual signs are kept, because a synthesiser
reads those without guessing. Sentences that occur in the development rows of the speech manifest are left out.
"""

import argparse
import pathlib
import random
import re

from manifest import read_manifest, words

FORTUNES = pathlib.Path("/usr/share/games/fortunes")
PLAIN = re.compile(r"[A-Z][a-z ,'A-Z]+[.!?]")


def fortune_sentences(folder=FORTUNES):
    found = set()
    for path in sorted(folder.iterdir()):
        if path.suffix in (".dat", ".u8"):
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except (UnicodeDecodeError, IsADirectoryError):
            continue
        for paragraph in text.replace("\n%\n", "\n\n").split("\n\n"):
            paragraph = re.sub(r"\s+", " ", paragraph)
            for sentence in re.split(r"(?<=[.!?])\s+", paragraph):
                sentence = sentence.strip()
                if PLAIN.fullmatch(sentence) and 5 <= len(sentence.split()) <= 14 and not re.search("[A-Z]{2}", sentence):
                    found.add(sentence)
    return sorted(found)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data_dir", type=pathlib.Path)
    parser.add_argument("work_dir", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    held_out = {" ".join(words(row["transcript"])) for row in read_manifest(arguments.data_dir) if row["split"] == "dev"}
    sentences = [s for s in fortune_sentences() if " ".join(words(s)) not in held_out]
    random.Random(arguments.seed).shuffle(sentences)
    (arguments.work_dir / "sentences.txt").write_text("\n".join(sentences) + "\n", encoding="utf-8")
    print(len(sentences), "sentences")


if __name__ == "__main__":
    main()
