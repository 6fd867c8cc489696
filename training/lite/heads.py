"""Networks that only training needs: they read phones, speech and speaker from what the tokenizer makes."""

import torch
import torch.nn as nn
import torch.nn.functional as F

from networks import CODE_DIMS, FRAMES_PER_UNIT, LEVELS, N_MELS, SPEAKER_DIMS, Block, upsample


class FeaturePhones(nn.Module):
    """Features before the quantiser (B, U, D) -> phone logits of each 10 ms frame (B, 4 U, P)."""

    def __init__(self, phones, width=256):
        super().__init__()
        self.out = nn.Linear(width, FRAMES_PER_UNIT * phones)

    def forward(self, features):
        return self.out(features).unflatten(-1, (FRAMES_PER_UNIT, -1)).flatten(1, 2)


class CodeReader(nn.Module):
    """Codes (B, U, 4) -> phone logits (B, 4 U, P), and log-mel (B, 4 U, 80) given speaker and prosody.

    As voice, pitch and energy are given to the second, codes need not carry them.
    """

    def __init__(self, phones, speakers, width=224, mel_width=128):
        super().__init__()
        self.embed = nn.Sequential(nn.Linear(CODE_DIMS, width), nn.GELU(), nn.Linear(width, width))
        self.blocks = nn.ModuleList([Block(width, 5, 2) for _ in range(2)])
        self.phones = FeaturePhones(phones, width)
        self.speaker = nn.Embedding(speakers, SPEAKER_DIMS)
        self.to_mel = nn.Linear(width, mel_width)  # narrow: at 100 Hz it would otherwise cost as much as the tokenizer
        self.prosody = nn.Linear(3, mel_width)
        self.mel_block = Block(mel_width, 7, 2, SPEAKER_DIMS)
        self.mel = nn.Linear(mel_width, N_MELS)

    def forward(self, codes, speaker, prosody):
        embedded = self.embed(codes).transpose(1, 2)
        h = embedded
        for block in self.blocks:
            h = block(h)
        phones = self.phones(h.transpose(1, 2))
        x = upsample(self.to_mel(embedded.transpose(1, 2)).transpose(1, 2)) + self.prosody(prosody).transpose(1, 2)
        x = self.mel_block(x, self.speaker(speaker)[:, None])
        return phones, self.mel(x.transpose(1, 2))


class ReverseGradient(torch.autograd.Function):
    @staticmethod
    def forward(context, x, scale):
        context.scale = scale
        return x

    @staticmethod
    def backward(context, gradient):
        return -context.scale * gradient, None


class SpeakerAdversary(nn.Module):
    """Guesses the speaker from statistics of the codes of a stretch; its gradient is turned round before it reaches the tokenizer.

    It sees each code and its neighbours, as values and as soft one-hot levels, so that pooling gives it histograms and bigrams.
    """

    SHARPNESS = 4.0  # of the soft one-hot levels: neighbours of a level get exp(-2)

    def __init__(self, speakers, width=256):
        super().__init__()
        self.embed = nn.Sequential(nn.Linear(3 * CODE_DIMS * (1 + LEVELS), width), nn.GELU(), nn.Linear(width, width), nn.GELU())
        self.hidden = nn.Linear(2 * width, width)
        self.out = nn.Linear(width, speakers)

    def forward(self, codes, scale):
        codes = ReverseGradient.apply(codes, scale)
        levels = torch.arange(LEVELS) - LEVELS // 2
        distance = codes[..., None] * (LEVELS // 2) - levels
        soft = torch.exp(-distance.pow(2) * (self.SHARPNESS / 2)).flatten(-2)
        each = F.pad(torch.cat([codes, soft], -1), (0, 0, 1, 1))
        h = self.embed(torch.cat([each[:, :-2], each[:, 1:-1], each[:, 2:]], -1))
        h = torch.cat([h.mean(1), h.float().std(1).to(h.dtype)], -1)
        return self.out(F.gelu(self.hidden(h)))


class SpectrogramJudge(nn.Module):
    """Tells recorded from synthesised speech by log spectrograms of two resolutions: (B, N) -> maps of scores and of features."""

    SIZES = (512, 1024)

    def __init__(self, width=16):
        super().__init__()

        def tower():
            return nn.ModuleList([
                nn.Conv2d(1, width, (7, 5), (2, 1), (3, 2)),
                nn.Conv2d(width, 2 * width, (5, 3), (2, 2), (2, 1)),
                nn.Conv2d(2 * width, 2 * width, (5, 3), (2, 1), (2, 1)),
                nn.Conv2d(2 * width, 2 * width, (5, 3), (2, 1), (2, 1)),
                nn.Conv2d(2 * width, 1, 3, 1, 1),
            ])

        self.towers = nn.ModuleList([tower() for _ in self.SIZES])

    def forward(self, wave):
        scores, features = [], []
        for size, tower in zip(self.SIZES, self.towers):
            spectrum = torch.stft(wave, size, size // 4, size, torch.hann_window(size), return_complex=True).abs().clamp(min=1e-4)
            x = (spectrum.log()[:, None] + 4.0) / 3.0
            for layer in tower[:-1]:
                x = F.leaky_relu(layer(x), 0.1)
                features.append(x)
            scores.append(tower[-1](x))
        return scores, features
