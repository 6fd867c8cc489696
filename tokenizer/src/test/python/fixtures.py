"""Golden values of all lite networks for the tests of tokenizer, style-module and vocoder.

usage: fixtures.py   (from anywhere, in an environment with training/lite's requirements)

Weights are a formula of their place, so that no weight file is needed: MODULE/src/test/resources/weights.txt lists each
tensor with an offset and a bound, the tests fill it with the same numbers. golden.safetensors holds inputs and outputs.
The recording is a sentence spoken by flite's voice rms; its F0 is praat's.
"""

import pathlib
import subprocess
import sys
import tempfile

import numpy
import torch
from safetensors.torch import save_file

ROOT = pathlib.Path(__file__).resolve().parents[4]
sys.path.insert(0, str(ROOT / "training" / "lite"))

from audio import frame_count, gain_of, read_f0, read_wave, speaker_input  # noqa: E402
from networks import (HOP, SpeakerEncoder, Tokenizer, Vocoder, codes_to_ids, ids_to_codes, log_mel, normalise,  # noqa: E402
                      pulse_train, synthesise)
from pitch import run_praat  # noqa: E402

SENTENCE = "Good day to you all."


def hashed(start, count):
    """SplitMix64 of start, start + 1, ..."""
    with numpy.errstate(over="ignore"):
        z = (numpy.arange(count, dtype=numpy.uint64) + numpy.uint64(start)) * numpy.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
        return z ^ (z >> numpy.uint64(31))


def fill(network, listing):
    """Weights by formula; writes the list of tensors."""
    lines = []
    state = network.state_dict()
    for line, (name, tensor) in enumerate(state.items()):
        leaf = name.split(".")[-1]
        fan_in = tensor[0].numel()
        if leaf == "scale":
            offset, bound = 0.3, 0.1
        elif leaf == "bias":
            offset, bound = 0.0, 0.1
        elif "norm" in name:
            offset, bound = 1.0, 0.1
        else:
            offset, bound = 0.0, round((3 / fan_in) ** 0.5, 6)
        lines.append(" ".join([name, str(offset), str(bound), *map(str, tensor.shape)]))
        uniform = (hashed((line + 1) << 32, tensor.numel()) >> numpy.uint64(40)).astype(numpy.float64) / 2**24
        tensor.copy_(torch.from_numpy(offset + bound * (2 * uniform - 1)).float().reshape(tensor.shape))
    network.load_state_dict(state)
    network.eval()
    listing.write_text("\n".join(lines) + "\n")


def white_noise(count):
    """As the vocoder makes it: the sum of the four 16-bit parts of each sample's hash, to unit variance."""
    h = hashed(1 << 62, count)
    parts = sum(((h >> numpy.uint64(s)) & numpy.uint64(0xFFFF)).astype(numpy.float64) for s in (0, 16, 32, 48))
    return torch.from_numpy((parts / 65536 - 4 * (0.5 - 0.5 / 65536)) * 3**0.5).float()


def save(module, tensors):
    folder = ROOT / module / "src" / "test" / "resources"
    save_file({k: v.float().contiguous() for k, v in tensors.items()}, folder / "golden.safetensors")
    (folder / "golden.safetensors").chmod(0o644)  # safetensors makes files that only their owner can read
    print(module, {k: tuple(v.shape) for k, v in tensors.items()})


@torch.no_grad()
def main():
    torch.set_num_threads(1)
    resources = {m: ROOT / m / "src" / "test" / "resources" for m in ("tokenizer", "style-module", "vocoder")}
    for folder in resources.values():
        folder.mkdir(parents=True, exist_ok=True)
    speech = resources["tokenizer"] / "speech.wav"
    subprocess.run(["flite", "-voice", "rms", "-t", SENTENCE, "-o", str(speech)], check=True)
    (resources["style-module"] / "speech.wav").write_bytes(speech.read_bytes())
    raw = read_wave(speech)
    mel = log_mel(raw * gain_of(raw))

    tokenizer = Tokenizer()
    fill(tokenizer, resources["tokenizer"] / "weights.txt")
    z = tokenizer.to_code(tokenizer.features(normalise(mel)[None]))[0]
    ids = codes_to_ids(tokenizer.fsq(z))
    save("tokenizer", {"gain": torch.tensor([gain_of(raw)]), "log_mel": mel[40:60], "normalised": normalise(mel)[40:60],
                       "z": z, "ids": ids})

    encoder = SpeakerEncoder()
    fill(encoder, resources["style-module"] / "weights.txt")
    speaker_mel, mask = speaker_input(mel)
    with tempfile.TemporaryDirectory() as folder:
        wave = pathlib.Path(folder) / "speech.wav"
        wave.write_bytes(speech.read_bytes())
        run_praat([wave], 1, False, pathlib.Path(folder))
        f0 = read_f0(wave.with_suffix(".f0"), frame_count(raw))
    save("style-module", {"f0": f0, "mask": mask, "speaker": encoder(speaker_mel[None], mask[None])[0]})

    vocoder = Vocoder()
    fill(vocoder, resources["vocoder"] / "weights.txt")
    codes = ids_to_codes(ids[10:25].long()).float()[None]
    speaker = torch.nn.functional.normalize(torch.from_numpy(hashed(7 << 32, 64).astype(numpy.float64) / 2**64 - 0.5), dim=0)
    speaker = (speaker * 8).float()[None]
    frames = 4 * codes.shape[1]
    t = torch.arange(frames)
    f0 = (140 + 30 * torch.sin(t / 9)) * ((t // 17) % 3 != 1)
    prosody = torch.stack([torch.where(f0 > 0, torch.log(f0.clamp(min=40) / 120), torch.zeros(frames)), (f0 > 0).float(),
                           torch.cos(t / 7) - 0.5], -1)[None]
    harmonic, noise = vocoder.envelope(codes, speaker, prosody)
    merged = torch.unique_consecutive(ids)
    save("vocoder", {
        "ids": ids[10:25], "speaker": speaker[0], "f0": f0, "prosody": prosody[0], "harmonic": harmonic[0], "noise": noise[0],
        "predicted_prosody": vocoder.predict_prosody(codes, speaker)[0], "merged_ids": merged,
        "predicted_durations": vocoder.predict_durations(ids_to_codes(merged.long()).float()[None], speaker)[0],
        "pulses": pulse_train(f0[None])[0, :3200],
        "output": synthesise(harmonic, noise, f0[None], white_noise(HOP * frames)[None])[0]})


if __name__ == "__main__":
    main()
