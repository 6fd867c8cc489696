"""Log-mels of a stretch of a recording as another recording of the same words would have them.

Pitch and speed change without a phase vocoder: the networks see magnitudes only, so the wave is resampled for pitch (and with it
the formants), and the frames are taken as far apart as the speed asks. Room, noise, and telephone act on the wave.
"""

import math

import torch
import torch.nn.functional as F

from networks import HOP, LOG_FLOOR, N_FFT, SAMPLE_RATE, WINDOW, mel_filters

MARGIN = N_FFT  # samples around a stretch, so that no frame that is used sees its edges


def resample(wave, factor):
    """Plays the wave faster by a factor: (N) -> (about N / factor), by the discrete Fourier transform."""
    samples = round(len(wave) / factor)
    return torch.fft.irfft(torch.fft.rfft(wave)[: samples // 2 + 1], samples) * (samples / len(wave))


def frames_at(wave, centres):
    """Log-mel frames centred on these samples (T), zeros beyond both ends -> (T, 80)."""
    padded = F.pad(wave, (WINDOW // 2, WINDOW // 2))
    start = centres.round().long().clamp(0, len(wave))
    frames = padded[start[:, None] + torch.arange(WINDOW)] * torch.hann_window(WINDOW)
    magnitude = torch.fft.rfft(frames, N_FFT).abs()
    return torch.log((magnitude @ mel_filters().T).clamp(min=LOG_FLOOR))


def stretch(wave, first, count, pitch=1.0, speed=1.0):
    """`count` frames of a wave from frame `first` (may be fractional) on, each `speed` frames after the last, F0 times `pitch`."""
    begin = int(first * HOP) - MARGIN
    end = int((first + count * speed) * HOP) + MARGIN
    part = F.pad(wave[max(0, begin) : max(0, end)], (max(0, -begin), 0))
    part = F.pad(part, (0, max(0, end - begin - len(part))))
    centres = (first + torch.arange(count) * speed) * HOP - begin
    if pitch == 1.0:
        return frames_at(part, centres)
    return frames_at(resample(part, pitch), centres / pitch)


def coloured_noise(samples, slope):
    """Noise of unit variance whose power falls by 6 * slope dB an octave above 100 Hz."""
    spectrum = torch.fft.rfft(torch.randn(samples))
    hertz = torch.linspace(0, SAMPLE_RATE / 2, len(spectrum)).clamp(min=100.0)
    noise = torch.fft.irfft(spectrum * (hertz / 100.0) ** -slope, samples)
    return noise / (noise.std() + 1e-9)


def add_noise(wave, noise, decibels):
    """Adds noise at a signal-to-noise ratio, of mean powers."""
    power = lambda x: x.pow(2).mean() + 1e-12
    return wave + noise * torch.sqrt(power(wave) / power(noise)) * 10 ** (-decibels / 20)


def room(wave, seconds, direct):
    """A decaying tail of noise after the direct sound; `direct` is the ratio of the energies of the two."""
    tail = torch.randn(int(seconds * SAMPLE_RATE))
    tail = tail * torch.exp(-6.9 * torch.arange(len(tail)) / len(tail))
    tail[:40] = 0
    tail = tail / (tail.norm() * math.sqrt(direct))
    tail[0] = 1.0
    samples = len(wave) + len(tail)
    return torch.fft.irfft(torch.fft.rfft(wave, samples) * torch.fft.rfft(tail, samples), samples)[: len(wave)]


def telephone(wave, low, high):
    """Nothing outside a band, and 8 bits of mu-law."""
    spectrum = torch.fft.rfft(wave)
    hertz = torch.linspace(0, SAMPLE_RATE / 2, len(spectrum))
    wave = torch.fft.irfft(spectrum * ((hertz > low) & (hertz < high)), len(wave))
    peak = wave.abs().max() + 1e-9
    bent = torch.sign(wave) * torch.log1p(255 * (wave / peak).abs()) / math.log(256)
    bent = torch.round(bent * 127) / 127
    return torch.sign(bent) * (torch.expm1(bent.abs() * math.log(256)) / 255) * peak
