"""Writes model.json beside an exported model: what it is, what it was trained on, its measured quality, and every file's hash."""

import argparse
import hashlib
import json
import os
import pathlib

CODEBOOK = "lite-40ms-4096"
STYLE_SPACE = "lite-1"
DATA_SOURCES = {
    "Kathleen (CMU ARCTIC prompts)": "CC0-1.0",
    "LibriSpeech train-clean-100": "CC-BY-4.0",
    "AN4": "BSD-style, with notice",
    "VCTK": "CC-BY-4.0",
    "LJSpeech": "public domain",
    "speechocean762": "free, also commercially, by its README",
    "GRID speaker s1": "CC-BY-4.0",
    "AISHELL-1, AISHELL-3": "Apache-2.0",
    "Emo-DB (emotion factors only)": "CC0-1.0",
    "flite voices slt, rms, awb, kal16 (synthesised speech)": "free, BSD-style",
}


def component(role, sample_rate, files, codebook=None, style_space=None):
    entry = {"role": role, "architecture": "lite", "sampleRate": sample_rate, "files": files}
    if codebook:
        entry["codebook"] = codebook
    if style_space:
        entry["styleSpace"] = style_space
    return entry


def file_entry(path):
    data = path.read_bytes()
    return {"name": path.name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model_dir", type=pathlib.Path)
    parser.add_argument("--version", default="1.1.0")
    parser.add_argument("--quality", type=pathlib.Path, help="JSON object of measured figures; default: none")
    arguments = parser.parse_args()
    folder = arguments.model_dir
    files = sorted(p for p in folder.iterdir() if p.is_file() and p.name != "model.json" and not p.name.endswith(".part"))
    manifest = {
        "id": "lite",
        "version": arguments.version,
        "description": "Small networks that convert English speech offline on one CPU core",
        "licence": "Apache-2.0",
        "languages": ["en"],
        "dataSources": [{"name": name, "licence": licence} for name, licence in DATA_SOURCES.items()],
        "quality": json.loads(arguments.quality.read_text()) if arguments.quality else {},
        "components": [
            component("tokenizer", 16000, {"weights": "tokenizer.safetensors"}, codebook=CODEBOOK),
            component("style", 16000, {"weights": "style.safetensors", "catalogue": "style.json"}, style_space=STYLE_SPACE),
            component("vocoder", 16000, {"weights": "vocoder.safetensors"}, CODEBOOK, STYLE_SPACE),
        ],
        "files": [file_entry(p) for p in files],
    }
    part = folder / "model.json.part"
    part.write_text(json.dumps(manifest, indent=1) + "\n")
    os.replace(part, folder / "model.json")


if __name__ == "__main__":
    main()
