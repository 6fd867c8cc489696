"""The speech manifest: rows, the data sets that are trained on, and file names in the work folder."""

import csv
import pathlib
import re

ENGLISH = {
    "Kathleen (CMU ARCTIC prompts)": "kathleen",
    "LibriSpeech train-clean-100": "librispeech",
    "AN4": "an4",
    "VCTK": "vctk",
    "LJSpeech": "ljspeech",
    "speechocean762": "speechocean",
    "GRID s1": "grid",
}
MANDARIN = {"AISHELL-1": "aishell", "AISHELL-3": "aishell"}
EMOTIONAL = {"Emo-DB": "emodb"}


def read_manifest(data_dir):
    """Rows of DATA_DIR/train/manifest.tsv as dictionaries, in file order."""
    with open(pathlib.Path(data_dir) / "train" / "manifest.tsv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def words(text):
    return re.sub(r"[^a-z' ]", " ", (text or "").lower()).split()


def name_of(row):
    """A flat name for the row's files in the work folder."""
    return row["path"].replace("/", "_").rsplit(".", 1)[0]
