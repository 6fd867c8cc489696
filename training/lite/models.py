"""The three networks on disk: fp16 safetensors with the names of their state dictionaries."""

import os
import pathlib

import torch
from safetensors.torch import load_file, save_file

from networks import SpeakerEncoder, Tokenizer, Vocoder

FILES = ("tokenizer.safetensors", "style.safetensors", "vocoder.safetensors")


def new_models():
    return Tokenizer(), SpeakerEncoder(), Vocoder()


def save_models(folder, *networks):
    """Each file is written beside its place and then renamed, so that a reader never sees half a file."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for file, network in zip(FILES, networks):
        state = {name: tensor.detach().half().contiguous() for name, tensor in network.state_dict().items()}
        if not all(torch.isfinite(tensor).all() for tensor in state.values()):
            raise ValueError(f"{file}: not finite in fp16")
        save_file(state, folder / (file + ".part"), metadata={"format": "pt"})
    for file in FILES:
        os.chmod(folder / (file + ".part"), 0o644)  # safetensors makes files that only their owner can read
        os.replace(folder / (file + ".part"), folder / file)


def load_models(folder):
    """The exported networks in fp32, ready to run."""
    networks = new_models()
    for file, network in zip(FILES, networks):
        network.load_state_dict({k: v.float() for k, v in load_file(pathlib.Path(folder) / file).items()})
        network.eval()
    return networks
