"""Fixtures for other implementations of networks.py: every intermediate result for one short sentence of flite.

usage: golden.py MODEL_DIR OUT_DIR        (the exported fp16 weights, run in fp32)
       golden.py --random MODEL_DIR OUT_DIR   (first writes randomly initialised weights to MODEL_DIR)

OUT_DIR gets golden.wav (16 kHz, the input) and golden.safetensors:
  gain                  the factor that golden.wav is multiplied by before all else, and active_level before it
  log_mel, normalised   (T, 80) of the scaled wave
  features              (U, 256), codes (U, 4), ids (U)
  merged_ids, run_lengths   ids without repeats (R) and how many units each lasts
  speaker_mask          (T), speaker (64)
  f0                    (T) in Hz by praat, 0 where unvoiced
  prosody               (T, 3)
  harmonic, noise       (T, 80) log envelopes
  white                 (160 T), fp16: the noise source; output (160 T): the synthesised wave
  predicted_prosody     (T, 3), predicted_durations (R)
"""

import argparse
import pathlib
import subprocess
import tempfile

import torch
from safetensors.torch import save_file

from audio import frame_count, gain_of, prosody_of, read_f0, read_wave, speaker_input
from models import load_models, new_models, save_models
from networks import HOP, active_level, codes_to_ids, energy_of, ids_to_codes, log_mel, normalise, synthesise
from pitch import run_praat

SENTENCE = "Good day to you all."


@torch.no_grad()
def make(model_dir, out_dir, voice):
    tokenizer, speaker_encoder, vocoder = load_models(model_dir)
    out_dir.mkdir(parents=True, exist_ok=True)
    wav = out_dir / "golden.wav"
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        speech = folder / "golden.wav"
        subprocess.run(["flite", "-voice", voice, "-t", SENTENCE, "-o", str(speech)], check=True)
        run_praat([speech], 1, False, folder)
        wav.write_bytes(speech.read_bytes())
        raw = read_wave(speech)
        f0 = read_f0(folder / "golden.f0", frame_count(raw))
    gain = gain_of(raw)
    mel = log_mel(raw * gain)
    features = tokenizer.features(normalise(mel)[None])
    codes = tokenizer.fsq(tokenizer.to_code(features))
    ids = codes_to_ids(codes[0])
    merged, lengths = torch.unique_consecutive(ids, return_counts=True)
    speaker_mel, mask = speaker_input(mel)
    speaker = speaker_encoder(speaker_mel[None], mask[None])
    prosody = prosody_of(f0, energy_of(mel))[None]
    harmonic, noise = vocoder.envelope(codes, speaker, prosody)
    white = torch.randn(1, HOP * len(f0), generator=torch.Generator().manual_seed(7)).half()
    output = synthesise(harmonic, noise, f0[None], white.float())
    tensors = {
        "active_level": active_level(energy_of(log_mel(raw)))[None],
        "gain": torch.tensor([gain]),
        "log_mel": mel,
        "normalised": normalise(mel),
        "features": features[0],
        "codes": codes[0],
        "ids": ids.int(),
        "merged_ids": merged.int(),
        "run_lengths": lengths.int(),
        "speaker_mask": mask,
        "speaker": speaker[0],
        "f0": f0,
        "prosody": prosody[0],
        "harmonic": harmonic[0],
        "noise": noise[0],
        "white": white[0],
        "output": output[0],
        "predicted_prosody": vocoder.predict_prosody(codes, speaker)[0],
        "predicted_durations": vocoder.predict_durations(ids_to_codes(merged)[None].float(), speaker)[0],
    }
    save_file({k: v.contiguous() for k, v in tensors.items()}, out_dir / "golden.safetensors")
    (out_dir / "golden.safetensors").chmod(0o644)  # safetensors makes files that only their owner can read
    return {k: tuple(v.shape) for k, v in tensors.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model_dir", type=pathlib.Path)
    parser.add_argument("out_dir", type=pathlib.Path)
    parser.add_argument("--random", action="store_true", help="write randomly initialised weights to MODEL_DIR first")
    parser.add_argument("--voice", default="rms")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    if arguments.random:
        torch.manual_seed(0)
        save_models(arguments.model_dir, *new_models())
    print(make(arguments.model_dir, arguments.out_dir, arguments.voice))


if __name__ == "__main__":
    main()
