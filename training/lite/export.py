"""Writes the model as it is shipped: three fp16 safetensors and style.json (speakers, emotions, pitches, speeds).

A shipped speaker's vector is the mean over MOST_VECTORS of the speaker's training utterances, brought back to length 8; F0
statistics are over the voiced frames of all of them.
"""

import argparse
import json
import os
import pathlib

import torch
import torch.nn.functional as F

from audio import speaker_input
from corpus import load_corpus
from models import new_models, save_models

MOST_VECTORS = 400
SPEAKERS = (
    ("female", "kathleen", "f", "Kathleen (CMU ARCTIC prompts), human"),
    ("male", "grid", "m", "GRID speaker s1, human"),
)


@torch.no_grad()
def shipped_speaker(entry, key, gender, source, utterances, speaker_encoder):
    rows = [r for r in utterances if r["split"] == "train" and (key == r["speaker"] if r["set"] == "synthetic" else key == r["set"])]
    vectors = []
    for row in rows[:MOST_VECTORS]:
        mel, mask = speaker_input(row["mel"].float())
        vectors.append(speaker_encoder(mel[None], mask[None])[0])
    vector = F.normalize(torch.stack(vectors).mean(0), dim=0) * 8.0
    f0 = torch.cat([row["f0"] for row in rows])
    pitch = torch.log(f0[f0 > 0])
    return {"id": entry, "embedding": [round(float(x), 6) for x in vector], "lnF0Mean": round(float(pitch.mean()), 5),
            "lnF0Deviation": round(float(pitch.std()), 5), "gender": gender, "source": source}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work_dir", type=pathlib.Path)
    parser.add_argument("model_dir", type=pathlib.Path)
    parser.add_argument("--vocoder", default="vocoder.pt", help="checkpoint; it also holds the tokenizer that it was trained on")
    parser.add_argument("--emotions", default="emotions.json", help="factors, in the work folder")
    parser.add_argument("--corpus", default="corpus.pt")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    checkpoint = torch.load(arguments.work_dir / arguments.vocoder, weights_only=False)
    tokenizer, speaker_encoder, vocoder = new_models()
    tokenizer.load_state_dict(checkpoint["tokenizer"])
    for name, network in (("speaker", speaker_encoder), ("vocoder", vocoder)):
        prefix = name + "."
        network.load_state_dict({k.removeprefix(prefix): v for k, v in checkpoint["networks"].items() if k.startswith(prefix)})
    utterances, _ = load_corpus(arguments.work_dir, arguments.corpus)
    for network in (tokenizer, speaker_encoder, vocoder):
        network.eval().half().float()  # vectors are made by the weights as they ship
    speakers = [shipped_speaker(*speaker, utterances, speaker_encoder) for speaker in SPEAKERS]
    style = {
        "space": "lite-1",
        "speakers": speakers,
        "emotions": json.loads((arguments.work_dir / arguments.emotions).read_text()),
        "pitches": {"low": -4, "normal": 0, "high": 4},
        "speeds": {"slow": 0.77, "normal": 1.0, "fast": 1.3},
    }
    save_models(arguments.model_dir, tokenizer, speaker_encoder, vocoder)
    part = arguments.model_dir / "style.json.part"
    part.write_text(json.dumps(style, indent=1) + "\n")
    os.replace(part, arguments.model_dir / "style.json")
    print("vocoder of step", checkpoint["step"], [(s["id"], s["lnF0Mean"], s["lnF0Deviation"]) for s in speakers])


if __name__ == "__main__":
    main()
