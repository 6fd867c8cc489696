"""Reading waves and F0, and the level that all audio is brought to before any network sees it."""

import pathlib

import numpy
import soundfile
import torch

from networks import (ACTIVE_LEVEL, ACTIVE_RANGE, FRAMES_PER_UNIT, HOP, REFERENCE_HZ, SAMPLE_RATE, active_level, energy_of,
                      log_mel, unit_count)


def read_wave(path):
    samples, rate = soundfile.read(path, dtype="float32")
    if rate != SAMPLE_RATE or samples.ndim != 1:
        raise ValueError(f"{path}: 16 kHz mono wanted")
    return torch.from_numpy(samples)


def gain_of(wave):
    """The factor that brings a wave to ACTIVE_LEVEL. One pass: the floor of the log-mel makes it inexact, which is fine."""
    return float(torch.exp(ACTIVE_LEVEL - active_level(energy_of(log_mel(wave)))))


def frame_count(wave):
    return unit_count(wave.shape[-1]) * FRAMES_PER_UNIT


def read_f0(path, frames):
    """praat's values at our frame times (frame t is at t * 10 ms), nearest, 0 beyond both ends."""
    values = numpy.array(pathlib.Path(path).read_text().split(), numpy.float32)
    first, values = float(values[0]), values[1:]
    index = numpy.round((numpy.arange(frames) * HOP / SAMPLE_RATE - first) / 0.01).astype(int)
    inside = (index >= 0) & (index < len(values))
    f0 = numpy.zeros(frames, numpy.float32)
    f0[inside] = values[index[inside]]
    return torch.from_numpy(f0)


def prosody_of(f0, energy):
    """F0 in Hz (.., T), 0 where unvoiced, and energy of scaled audio (.., T) -> the vocoder's prosody (.., T, 3)."""
    voiced = f0 > 0
    pitch = torch.where(voiced, torch.log(f0.clamp(min=40.0) / REFERENCE_HZ), torch.zeros_like(f0))
    return torch.stack([pitch, voiced.float(), (energy - ACTIVE_LEVEL) / 3.0], -1)


def speaker_input(mel):
    """Log-mel of a stretch (T, 80) -> what the speaker encoder takes: log-mel minus its active level, mask of active frames."""
    energy = energy_of(mel)
    level = active_level(energy)
    mask = energy >= torch.quantile(energy, 0.99) - ACTIVE_RANGE
    return mel - level, mask.float()
