"""The three networks of the lite set. This file is the contract that the Java implementation follows.

Letters: B batch, N samples at 16 kHz, T log-mel frames of 10 ms, U units of 40 ms, R units without repeats, D width.
Every tensor that leaves a network is float32; sequences are (B, time, channels).
"""

import functools
import math

import torch
import torch.nn as nn
import torch.nn.functional as F

SAMPLE_RATE = 16000
HOP = 160  # samples a frame: 100 frames a second
WINDOW = 640
N_FFT = 1024
N_MELS = 80
FRAMES_PER_UNIT = 4
SAMPLES_PER_UNIT = HOP * FRAMES_PER_UNIT
LEVELS = 8  # per FSQ dimension
CODE_DIMS = 4
CODEBOOK_SIZE = LEVELS**CODE_DIMS
SPEAKER_DIMS = 64
LOG_FLOOR = 1e-5
REFERENCE_HZ = 120.0  # F0 enters the networks as ln(F0 / 120 Hz)
ACTIVE_LEVEL = -4.5  # mean log-mel of active frames that training audio is scaled to
ACTIVE_RANGE = 3.0  # a frame is active when its mean log-mel is within this of the 99th percentile


def mel_of_hz(hz):
    return 2595.0 * math.log10(1.0 + hz / 700.0)


@functools.cache
def mel_filters():
    """HTK triangles of height one from 0 to 8000 Hz, (80, 513)."""
    edges = torch.linspace(0.0, mel_of_hz(SAMPLE_RATE / 2), N_MELS + 2, dtype=torch.float64)
    edges = 700.0 * (10.0 ** (edges / 2595.0) - 1.0)
    bins = torch.linspace(0.0, SAMPLE_RATE / 2, N_FFT // 2 + 1, dtype=torch.float64)
    up = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    down = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    return torch.clamp(torch.minimum(up, down), min=0.0).float()


def unit_count(samples):
    """Units that cover so many samples: the last one may be partly past the end."""
    return -(-samples // SAMPLES_PER_UNIT)


def log_mel(wave):
    """(N) or (B, N) -> (T, 80) or (B, T, 80), T = 4 * unit_count(N).

    The end is padded with zeros to a whole unit. Frame t is centred on sample 160 t; zeros lie beyond both ends.
    Natural logarithm of mel-filtered magnitudes, floored at 1e-5.
    """
    units = unit_count(wave.shape[-1])
    wave = F.pad(wave, (0, units * SAMPLES_PER_UNIT - wave.shape[-1]))
    window = torch.hann_window(WINDOW, device=wave.device)
    spectrum = torch.stft(wave, N_FFT, HOP, WINDOW, window, center=True, pad_mode="constant", return_complex=True)
    spectrum = spectrum.abs()[..., : units * FRAMES_PER_UNIT]  # the frame that is centred on the end is dropped
    mel = mel_filters().to(wave.device) @ spectrum
    return torch.log(torch.clamp(mel, min=LOG_FLOOR)).transpose(-1, -2)


def normalise(mel):
    """Per utterance: the mean of each bin goes, then one standard deviation for all (biased). (T, 80) -> (T, 80)."""
    centred = mel - mel.mean(-2, keepdim=True)
    return centred / (centred.pow(2).mean((-1, -2), keepdim=True).sqrt() + 1e-3)


def energy_of(mel):
    """Mean log-mel of each frame: (T, 80) -> (T)."""
    return mel.mean(-1)


def active_level(energy):
    """Mean energy of the frames within ACTIVE_RANGE of the 99th percentile (linear interpolation). (T) -> scalar."""
    threshold = torch.quantile(energy, 0.99) - ACTIVE_RANGE
    return energy[energy >= threshold].mean()


class Block(nn.Module):
    """ConvNeXt block: depthwise convolution, LayerNorm, (feature-wise affine by a condition,) MLP, scaled residual.

    (B, D, time) -> the same; the condition is (B, 1, C).
    """

    def __init__(self, width, kernel, expansion, condition=0):
        super().__init__()
        self.depthwise = nn.Conv1d(width, width, kernel, padding=kernel // 2, groups=width)
        self.norm = nn.LayerNorm(width)
        self.condition = nn.Linear(condition, 2 * width) if condition else None
        self.expand = nn.Linear(width, width * expansion)
        self.project = nn.Linear(width * expansion, width)
        self.scale = nn.Parameter(torch.full((width,), 0.3))

    def forward(self, x, condition=None):
        h = self.norm(self.depthwise(x).transpose(1, 2))
        if self.condition is not None:
            gain, bias = self.condition(condition).chunk(2, -1)
            h = h * (1 + gain) + bias
        h = self.project(F.gelu(self.expand(h)))
        h = h * self.scale.to(h.dtype)  # keeps half precision half in training
        return x + h.transpose(1, 2)


class Fsq(nn.Module):
    """Finite scalar quantisation, 8 levels in each of 4 dimensions (arXiv 2309.15505). (.., 4) -> values in [-1, 0.75]."""

    HALF = (LEVELS - 1) * (1 - 1e-3) / 2
    SHIFT = math.atanh(0.5 / HALF)

    def forward(self, z):
        bounded = torch.tanh(z + self.SHIFT) * self.HALF - 0.5
        rounded = bounded + (torch.round(bounded) - bounded).detach()
        return rounded / (LEVELS // 2)


def codes_to_ids(codes):
    """(.., 4) -> (..): the first dimension is the least significant digit."""
    digits = torch.round(codes * (LEVELS // 2) + LEVELS // 2).long()
    return (digits * LEVELS ** torch.arange(CODE_DIMS, device=codes.device)).sum(-1)


def ids_to_codes(ids):
    digits = (ids[..., None] // LEVELS ** torch.arange(CODE_DIMS, device=ids.device)) % LEVELS
    return (digits - LEVELS // 2) / (LEVELS // 2)


class Tokenizer(nn.Module):
    """Normalised log-mel (B, T, 80) -> codes (B, U, 4). T is a multiple of 4."""

    def __init__(self, width=256, blocks=8):
        super().__init__()
        self.conv1 = nn.Conv1d(N_MELS, width, 5, 2, 2)
        self.norm1 = nn.LayerNorm(width)
        self.conv2 = nn.Conv1d(width, width, 5, 2, 2)
        self.blocks = nn.ModuleList([Block(width, 9, 3) for _ in range(blocks)])
        self.norm = nn.LayerNorm(width)
        self.to_code = nn.Linear(width, CODE_DIMS)
        self.fsq = Fsq()

    def features(self, mel):
        x = self.conv1(mel.transpose(1, 2)).transpose(1, 2)
        x = F.gelu(self.norm1(x)).transpose(1, 2)
        x = F.gelu(self.conv2(x))
        for block in self.blocks:
            x = block(x)
        return self.norm(x.transpose(1, 2))  # (B, U, D)

    def forward(self, mel):
        return self.fsq(self.to_code(self.features(mel)))


class SpeakerEncoder(nn.Module):
    """Who speaks, from a recording: log-mel minus its active level (B, T, 80), mask of active frames (B, T) -> (B, 64).

    The mask weighs the pooling only. The result has unit length times 8 (so that each entry is of order one).
    """

    def __init__(self, width=128):
        super().__init__()
        self.conv1 = nn.Conv1d(N_MELS, width, 5, padding=2)
        self.conv2 = nn.Conv1d(width, width, 5, padding=2)
        self.hidden = nn.Linear(2 * (width + N_MELS), 256)
        self.out = nn.Linear(256, SPEAKER_DIMS)

    def forward(self, mel, mask):
        x = mel.transpose(1, 2)
        h = F.gelu(self.conv2(F.gelu(self.conv1(x))))
        x = torch.cat([x, h], 1)  # (B, 80 + D, T)
        weight = mask[:, None] / mask.sum(-1).clamp(min=1)[:, None, None]
        mean = (x * weight).sum(-1)
        deviation = ((x - mean[..., None]).pow(2) * weight).sum(-1).clamp(min=1e-6).sqrt()
        v = self.out(F.gelu(self.hidden(torch.cat([mean, deviation], -1))))
        return F.normalize(v, dim=-1) * 8.0


def upsample(x):
    """(B, D, U) -> (B, D, 4 U), linear between unit centres, constant beyond the first and last."""
    return F.interpolate(x, scale_factor=FRAMES_PER_UNIT, mode="linear", align_corners=False)


@functools.cache
def envelope_matrix():
    """(80, 513): log envelope at 80 mel-spaced points from 0 to 8000 Hz -> at each STFT bin, linear between them."""
    step = mel_of_hz(SAMPLE_RATE / 2) / (N_MELS - 1)
    matrix = torch.zeros(N_MELS, N_FFT // 2 + 1)
    for k in range(N_FFT // 2 + 1):
        position = mel_of_hz(k * SAMPLE_RATE / N_FFT) / step
        i = min(int(position), N_MELS - 2)
        matrix[i, k] = 1 - (position - i)
        matrix[i + 1, k] = position - i
    return matrix


class Vocoder(nn.Module):
    """Codes (B, U, 4), speaker (B, 64), prosody -> log envelopes of a harmonic and a noise source.

    Prosody is (B, T, 3): ln(F0 / 120 Hz), 0 where unvoiced; voiced 1 or 0; (energy - ACTIVE_LEVEL) / 3 of audio that
    is scaled to ACTIVE_LEVEL.
    """

    def __init__(self, width=256, context_blocks=3, frame_blocks=5, prosody_blocks=4, duration_blocks=3):
        super().__init__()
        self.embed = nn.Linear(CODE_DIMS, width)
        self.context = nn.ModuleList([Block(width, 7, 2, SPEAKER_DIMS) for _ in range(context_blocks)])
        self.prosody_in = nn.Linear(3, width)
        self.frames = nn.ModuleList([Block(width, 7, 2, SPEAKER_DIMS) for _ in range(frame_blocks)])
        self.envelopes = nn.Linear(width, 2 * N_MELS)
        self.prosody_embed = nn.Linear(CODE_DIMS, 192)
        self.prosody_blocks = nn.ModuleList([Block(192, 9, 2, SPEAKER_DIMS) for _ in range(prosody_blocks)])
        self.prosody_out = nn.Linear(192, 3)
        self.duration_embed = nn.Linear(CODE_DIMS, 128)
        self.duration_blocks = nn.ModuleList([Block(128, 7, 2, SPEAKER_DIMS) for _ in range(duration_blocks)])
        self.duration_out = nn.Linear(128, 1)

    def envelope(self, codes, speaker, prosody):
        """-> harmonic (B, T, 80), noise (B, T, 80): natural log magnitudes at mel-spaced points, in [-14, 6]."""
        condition = speaker[:, None]
        x = self.embed(codes).transpose(1, 2)
        for block in self.context:
            x = block(x, condition)
        x = upsample(x) + self.prosody_in(prosody).transpose(1, 2)
        for block in self.frames:
            x = block(x, condition)
        x = self.envelopes(x.transpose(1, 2)).clamp(-14.0, 6.0)
        return x[..., :N_MELS], x[..., N_MELS:]

    def predict_prosody(self, codes, speaker):
        """-> (B, T, 3): ln F0 minus the speaker's mean ln F0; voicing logit; energy as in the prosody input."""
        condition = speaker[:, None]
        x = self.prosody_embed(codes).transpose(1, 2)
        for block in self.prosody_blocks:
            x = block(x, condition)
        return self.prosody_out(upsample(x).transpose(1, 2))

    def predict_durations(self, codes, speaker):
        """Codes without repeats (B, R, 4) -> (B, R): natural log of how many units each lasts."""
        condition = speaker[:, None]
        x = self.duration_embed(codes).transpose(1, 2)
        for block in self.duration_blocks:
            x = block(x, condition)
        return self.duration_out(x.transpose(1, 2))[..., 0]


def pulse_train(f0):
    """Band-limited pulses, (B, T) F0 in Hz with 0 for unvoiced -> (B, 160 T).

    Sample n takes the F0 of frame floor((n + 80) / 160) (nearest; the last frame holds). Each pulse train is the closed form of
    a mean of K = floor(7600 / F0) cosines, scaled by sqrt(16000 / F0), so that power does not depend on F0.
    Phase is the running sum of F0 / 16000 and advances at 100 Hz through unvoiced frames.
    """
    frames = f0.shape[-1]
    n = torch.arange(frames * HOP, device=f0.device)
    index = torch.clamp((n + HOP // 2) // HOP, max=frames - 1)
    hz = f0[..., index]
    voiced = hz > 0
    hz = torch.where(voiced, hz, torch.full_like(hz, 100.0))
    phase = torch.cumsum(hz.double() / SAMPLE_RATE, -1)
    theta = (2 * math.pi * (phase - phase.floor())).float()
    k = torch.floor(7600.0 / hz)
    denominator = torch.sin(theta / 2)
    small = denominator.abs() < 1e-4
    # (D_K(theta) - 1) / (2 K): mean of cos(j theta), j = 1..K, without the constant term
    dirichlet = torch.where(small, 2 * k + 1, torch.sin((2 * k + 1) * theta / 2) / torch.where(small, torch.ones_like(theta), denominator))
    return (dirichlet - 1) / (2 * k) * torch.sqrt(SAMPLE_RATE / hz) * voiced


def stft(x):
    window = torch.hann_window(WINDOW, device=x.device)
    return torch.stft(x, N_FFT, HOP, WINDOW, window, center=True, pad_mode="constant", return_complex=True)


def minimum_phase(log_magnitude):
    """Log magnitudes (.., 513) -> complex response (.., 513) of the minimum-phase filter, by the folded real cepstrum."""
    cepstrum = torch.fft.irfft(log_magnitude, N_FFT)
    fold = torch.zeros(N_FFT, device=log_magnitude.device)
    fold[0] = fold[N_FFT // 2] = 1
    fold[1 : N_FFT // 2] = 2
    return torch.exp(torch.fft.rfft(cepstrum * fold))


def synthesise(harmonic, noise, f0, white):
    """Log envelopes (B, T, 80) twice, F0 (B, T), white noise (B, 160 T) of unit variance -> (B, 160 T).

    Frame t of the envelopes filters the STFT frame that is centred on sample 160 t; the STFT frame that is centred on the end
    takes the last envelope. Overlap-add by the inverse STFT.
    """
    matrix = envelope_matrix().to(harmonic.device)
    pulses = stft(pulse_train(f0)).transpose(1, 2)  # (B, T + 1, 513)
    hiss = stft(white).transpose(1, 2)
    hold = lambda x: torch.cat([x, x[:, -1:]], 1)
    spectrum = pulses * minimum_phase(hold(harmonic @ matrix)) + hiss * torch.exp(hold(noise @ matrix))
    window = torch.hann_window(WINDOW, device=harmonic.device)
    return torch.istft(spectrum.transpose(1, 2), N_FFT, HOP, WINDOW, window, center=True, length=white.shape[-1])
