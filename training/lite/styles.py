"""What a style changes, as the product does it: F0, timing, envelopes, and the pulses' jitter. Mirrors the Java vocoder."""

import dataclasses
import math

import numba
import numpy
import torch

from networks import ACTIVE_LEVEL, HOP, N_MELS, REFERENCE_HZ, SAMPLE_RATE, envelope_matrix, mel_of_hz, minimum_phase, stft

LEAST_HZ, MOST_HZ = 50.0, 500.0
PAUSE, RISE = 25, 40  # frames: without voice, that end a phrase; over which its end rises
PIVOT_HZ, MOST_TILT_DB = 1000.0, 12.0
NEPER = math.log(10) / 20  # natural logarithm of a decibel
MOST_COMPENSATION = 4.0
PULSE_BAND, UNVOICED_HZ = 7600.0, 100.0


@dataclasses.dataclass
class Styling:
    """Neutral unless told otherwise. Units as in style.json: semitones, decibels, ratios."""

    pitch: float = 0.0
    range: float = 1.0
    speed: float = 1.0
    energy: float = 0.0
    tilt: float = 0.0
    breathiness: float = 0.0
    jitter: float = 0.0
    rise: float = 0.0
    contrast: float = 1.0

    @staticmethod
    def of(entry, intensity):
        """An emotion of style.json at an intensity."""
        amount = lambda key: intensity * entry[key]
        power = lambda key: entry.get(key, 1.0) ** intensity
        return Styling(amount("pitchSemitones"), power("pitchRange"), power("speed"), amount("energyDb"), amount("tiltDbPerOctave"),
                       amount("breathinessDb"), max(0.0, amount("jitter")), amount("finalRiseSemitones"), power("energyContrast"))


def rises(voiced, height):
    """A ramp of so many semitones up to the last voiced frame before each pause and the end, in ln F0."""
    ramp = numpy.zeros(len(voiced))
    last, start = -1, 0
    for t in range(len(voiced) + 1):
        if last >= 0 and (t == len(voiced) or t - last >= PAUSE):
            for i in range(max(start, last - RISE + 1), last + 1):
                ramp[i] = height * (i - (last - RISE)) / RISE
            last = -1
        if t < len(voiced) and voiced[t]:
            start = t if last < 0 else start
            last = t
    return torch.from_numpy(ramp * math.log(2) / 12).float()


def melody(f0, energy, mean, styling):
    """A source's F0 (T) in Hz and energy (T) of scaled audio, moved to a mean ln F0 and styled -> F0, energy."""
    voiced = f0 > 0
    source = torch.log(f0[voiced]).mean() if voiced.any() else torch.tensor(math.log(REFERENCE_HZ))
    shift = mean + styling.pitch * math.log(2) / 12
    deviation = torch.where(voiced, torch.log(f0.clamp(min=1.0)) - source, torch.zeros_like(f0))
    moved = torch.exp(shift + styling.range * deviation + rises(voiced.numpy(), styling.rise)).clamp(LEAST_HZ, MOST_HZ)
    return torch.where(voiced, moved, torch.zeros_like(f0)), ACTIVE_LEVEL + styling.contrast * (energy - ACTIVE_LEVEL)


def shape(harmonic, noise, voiced, styling):
    """Log envelopes (T, 80) with a style's loudness, tilt and breathiness."""
    step = mel_of_hz(SAMPLE_RATE / 2) / (N_MELS - 1)
    hertz = 700 * (10 ** (torch.arange(N_MELS) * step / 2595) - 1)
    octaves = torch.log2(hertz.clamp(min=1.0) / PIVOT_HZ)
    gain = (styling.energy + (styling.tilt * octaves).clamp(-MOST_TILT_DB, MOST_TILT_DB)) * NEPER
    breath = styling.breathiness * NEPER
    if breath:
        width = (torch.cat([hertz[1:], hertz[-1:]]) - torch.cat([hertz[:1], hertz[:-1]])) / 2
        power = lambda x: (width * torch.exp(2 * x)).sum(-1)
        left = 1 + power(noise) / power(harmonic) * (1 - math.exp(2 * breath))
        lower = 0.5 * torch.log(left.clamp(1 / MOST_COMPENSATION, MOST_COMPENSATION))
        harmonic = harmonic + (voiced * lower)[:, None]
        noise = noise + (voiced * breath)[:, None]
    return harmonic + gain, noise + gain


def stretched(rows, frames, speed):
    """(T, C) at another speed: output frame t reads at t * speed."""
    position = (torch.arange(frames) * speed).clamp(max=len(rows) - 1)
    low = position.floor().long()
    part = (position - low)[:, None]
    return rows[low] * (1 - part) + rows[(low + 1).clamp(max=len(rows) - 1)] * part


def stretched_f0(f0, frames, speed):
    position = (torch.arange(frames) * speed).clamp(max=len(f0) - 1)
    nearest, low = position.round().long(), position.floor().long()
    high = (low + 1).clamp(max=len(f0) - 1)
    between = torch.exp((1 - (position - low)) * torch.log(f0[low].clamp(min=1)) + (position - low) * torch.log(f0[high].clamp(min=1)))
    both = (f0[low] > 0) & (f0[high] > 0)
    return torch.where(f0[nearest] > 0, torch.where(both, between, f0[nearest]), torch.zeros_like(between))


@numba.njit(cache=True)
def _pulses(f0, jitter, random):
    samples = len(f0) * HOP
    out = numpy.zeros(samples, numpy.float32)
    phase, factor, pulses = 0.0, 1.0, 0
    for n in range(samples):
        hz = f0[min((n + HOP // 2) // HOP, len(f0) - 1)]
        voiced = hz > 0
        if not voiced:
            hz = UNVOICED_HZ
        phase += hz * factor / SAMPLE_RATE
        if phase >= 1:
            phase -= 1
            pulses += 1
            if jitter > 0:
                factor = max(0.5, min(2.0, 1 + jitter * random[pulses % len(random)]))
        if voiced:
            half = math.pi * phase
            cosines = math.floor(PULSE_BAND / hz)
            low = math.sin(half)
            dirichlet = 2 * cosines + 1 if abs(low) < 1e-4 else math.sin((2 * cosines + 1) * half) / low
            out[n] = (dirichlet - 1) / (2 * cosines) * math.sqrt(SAMPLE_RATE / hz)
    return out


def synthesise_styled(harmonic, noise, f0, white, jitter):
    """networks.synthesise for one utterance, with jitter: mean difference of successive periods as a fraction of the period."""
    random = torch.randn(8192, generator=torch.Generator().manual_seed(5)).numpy()
    pulses = torch.from_numpy(_pulses(f0.numpy().astype(numpy.float64), jitter * math.sqrt(math.pi) / 2, random))
    hold = lambda x: torch.cat([x, x[-1:]]) @ envelope_matrix()
    spectrum = stft(pulses).T * minimum_phase(hold(harmonic)) + stft(white).T * torch.exp(hold(noise))
    window = torch.hann_window(640)
    return torch.istft(spectrum.T, 1024, HOP, 640, window, center=True, length=len(white))
