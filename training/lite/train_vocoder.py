"""Trains vocoder and speaker encoder together on the codes of a trained tokenizer, which is not changed.

The speaker vector of a stretch comes from another stretch by the same speaker (of another utterance where there is one), so
that it says who speaks and not what is said. Losses: multi-resolution STFT of the synthesised wave, predicted prosody,
predicted durations, (--content) the phones and codes that the frozen tokenizer still hears in the wave, for the speaker's own
voice and for another one's, and towards the end (--judge) what a small discriminator of spectrograms thinks of it.
"""

import argparse
import contextlib
import math
import pathlib
import random
import time

import torch
import torch.nn.functional as F

from audio import prosody_of, speaker_input
from corpus import load_corpus
from heads import FeaturePhones, SpectrogramJudge
from networks import (FRAMES_PER_UNIT, HOP, LEVELS, REFERENCE_HZ, Fsq, SAMPLES_PER_UNIT, SpeakerEncoder, Tokenizer, Vocoder,
                      codes_to_ids, energy_of, ids_to_codes, log_mel, normalise, synthesise)

# how often an utterance of a set is drawn; the shipped voices (Kathleen and GRID s1) weigh most
WEIGHTS = {"kathleen": 4.0, "librispeech": 5.0, "vctk": 4.0, "ljspeech": 3.0, "an4": 0.3, "speechocean": 0.4,
           "grid": 5.0, "aishell": 0.4}
VOICE_WEIGHTS = {"rms": 0.6, "slt": 0.7, "awb": 0.5, "kal16": 0.2}
MOST_UTTERANCES = {"rms": 500, "slt": 250, "awb": 250, "kal16": 250, "an4": 250, "speechocean": 300}  # of a voice or set: more cost time only
SPEAKER_FRAMES = (120, 260)
FFT_SIZES = (256, 512, 1024, 2048)
AVERAGE_EVERY, AVERAGE_DECAY = 4, 0.99
DURATION_RUNS = 48
SHIPPED = ("kathleen", "grid")  # speakers, or sets of one, that half of the conversions go to
JUDGE_RATE = 3e-4
CODE_WEIGHT = 0.3  # of a code's distance in levels, against the phones' cross-entropy


def spectral_loss(made, target):
    """L1 of log magnitudes plus spectral convergence, mean over FFT sizes. (B, N) each."""
    total = 0.0
    for size in FFT_SIZES:
        window = torch.hann_window(size)
        a, b = (torch.stft(x, size, size // 4, size, window, return_complex=True).abs().clamp(min=1e-4) for x in (made, target))
        total = total + (a.log() - b.log()).abs().mean() + (a - b).norm() / b.norm()
    return total / len(FFT_SIZES)


class Sampler:
    """Utterances with their codes, and random stretches of them."""

    def __init__(self, rows, frames, generator):
        self.rows, self.frames, self.random = rows, frames, generator
        self.weights = [VOICE_WEIGHTS[r["speaker"]] if r["set"] == "synthetic" else WEIGHTS[r["set"]] for r in rows]
        self.by_speaker = {}
        for row in rows:
            self.by_speaker.setdefault(row["speaker"], []).append(row)
        voices = [[r for r in rows if key in (r["speaker"], r["set"])] for key in SHIPPED]
        fewest = min(len(voice) for voice in voices)
        self.targets = [r for voice in voices for r in generator.sample(voice, fewest)]

    def speaker_stretch(self, row, length):
        """A stretch by the row's speaker, from another utterance where possible, as the speaker encoder takes it."""
        others = self.by_speaker[row["speaker"]]
        other = self.random.choice(others)
        mel = other["mel"]
        start = self.random.randint(0, max(0, len(mel) - length))
        mel, mask = speaker_input(mel[start : start + length].float())
        missing = length - len(mel)
        return F.pad(mel, (0, 0, 0, missing)), F.pad(mask, (0, missing))

    def take(self, count):
        chosen = self.random.choices(self.rows, self.weights, k=count)
        length = self.random.randint(*SPEAKER_FRAMES)
        units = self.frames // FRAMES_PER_UNIT
        fields = []
        for row in chosen:
            start = self.random.randint(0, max(0, len(row["codes"]) - units))
            codes = row["codes"][start : start + units].float()
            missing = units - len(codes)
            part = slice(start * FRAMES_PER_UNIT, start * FRAMES_PER_UNIT + self.frames)
            samples = slice(start * SAMPLES_PER_UNIT, start * SAMPLES_PER_UNIT + self.frames * HOP)
            f0, mel = row["f0"][part], row["mel"][part].float()
            wave = row["wave"][samples].float() * (row["gain"] / 32768)
            labels = row["labels"][part].long() if row.get("labels") is not None else torch.full((len(f0),), -100)
            absent = self.frames - len(f0)
            known = F.pad(torch.ones(len(f0)), (0, absent))
            pitch_mean = torch.tensor(row["speaker_pitch"])
            energy = F.pad(energy_of(mel), (0, absent), value=-11.5)
            wave = F.pad(wave, (0, self.frames * HOP - len(wave)))
            labels = F.pad(labels, (0, absent), value=-100)
            fields.append((F.pad(codes, (0, 0, 0, missing)), F.pad(f0, (0, absent)), energy, wave, labels, known, pitch_mean,
                           row["mean"], row["deviation"], *self.speaker_stretch(row, length), *self.runs(row)))
        return [torch.stack(x) for x in zip(*fields)]

    def shipped(self, count):
        """Targets of conversions: speaker stretches of shipped voices, their mean ln F0 and long-term spectra."""
        chosen = self.random.choices(self.targets, k=count)
        length = self.random.randint(*SPEAKER_FRAMES)
        fields = [(torch.tensor(r["speaker_pitch"]), r["mean"], r["deviation"], *self.speaker_stretch(r, length)) for r in chosen]
        return [torch.stack(x) for x in zip(*fields)]

    def runs(self, row):
        """Codes without repeats, how many units each lasts, and which entries are real."""
        merged, lengths = row["merged"], row["lengths"]
        start = self.random.randint(0, max(0, len(merged) - DURATION_RUNS))
        merged, lengths = merged[start : start + DURATION_RUNS], lengths[start : start + DURATION_RUNS]
        missing = DURATION_RUNS - len(merged)
        real = F.pad(torch.ones(len(merged)), (0, missing))
        return F.pad(ids_to_codes(merged).float(), (0, 0, 0, missing)), F.pad(lengths.float(), (0, missing), value=1.0), real


def limited(rows, generator):
    """At most MOST_UTTERANCES rows of a synthetic voice or a set."""
    rows = sorted(rows, key=lambda row: row["name"])
    generator.shuffle(rows)
    counts, kept = {}, []
    for row in rows:
        key = row["speaker"] if row["set"] == "synthetic" else row["set"]
        counts[key] = counts.get(key, 0) + 1
        if counts[key] <= MOST_UTTERANCES.get(key, len(rows)):
            kept.append(row)
    return kept


@torch.no_grad()
def encode(rows, tokenizer):
    """Codes, runs and normalisation statistics of every utterance, and each speaker's mean ln F0."""
    pitches = {}
    for row in rows:
        mel = row["mel"].float()
        codes = tokenizer(normalise(mel)[None])[0]
        row["codes"] = codes.half()
        row["merged"], row["lengths"] = torch.unique_consecutive(codes_to_ids(codes), return_counts=True)
        row["mean"] = mel.mean(0)
        row["deviation"] = (mel - row["mean"]).pow(2).mean().sqrt() + 1e-3
        voiced = row["f0"][row["f0"] > 0]
        if len(voiced):
            pitches.setdefault(row["speaker"], []).append(torch.log(voiced / REFERENCE_HZ))
    for row in rows:
        row["speaker_pitch"] = float(torch.cat(pitches[row["speaker"]]).mean()) if row["speaker"] in pitches else 0.0


def content_loss(wave, mean, deviation, labels, codes, tokenizer, phones):
    """Cross-entropy of the labels given what the frozen tokenizer hears in the wave, and how far its codes have moved."""
    mel = (log_mel(wave) - mean[:, None]) / deviation[:, None, None]
    features = tokenizer.features(mel)
    logits = phones(features)
    edge = 8  # frames at either end that lack their context
    entropy = F.cross_entropy(logits[:, edge:-edge].flatten(0, 1), labels[:, edge:-edge].flatten(), ignore_index=-100)
    bounded = torch.tanh(tokenizer.to_code(features).float() + Fsq.SHIFT) * Fsq.HALF - 0.5
    return entropy + CODE_WEIGHT * (bounded - codes * (LEVELS // 2))[:, edge // 4 : -edge // 4].abs().mean()


def judge_loss(scores, target):
    return sum((score - target).pow(2).mean() for score in scores) / len(scores)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work_dir", type=pathlib.Path)
    parser.add_argument("--tokenizer", default="tokenizer.pt", help="checkpoint, in the work folder")
    parser.add_argument("--out", default="vocoder.pt", help="checkpoint, in the work folder")
    parser.add_argument("--start", help="checkpoint to start from, in the work folder")
    parser.add_argument("--steps", type=int, default=15000)
    parser.add_argument("--minutes", type=float, default=1e9)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--frames", type=int, default=96)
    parser.add_argument("--content", type=float, default=0.0, help="weight of the content loss")
    parser.add_argument("--content-from", type=float, default=0.0, help="part of the training after which it counts")
    parser.add_argument("--content-every", type=int, default=2, help="it is computed at every so many steps")
    parser.add_argument("--judge", type=float, default=0.0, help="weight of the discriminator")
    parser.add_argument("--judge-from", type=float, default=0.6, help="part of the training after which it counts")
    parser.add_argument("--corpus", default="corpus.pt", help="corpus file, in the work folder")
    parser.add_argument("--save-every", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--no-half", action="store_true", help="no bfloat16 (for processors that lack AMX or AVX512-BF16)")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)  # vanishing gradients would otherwise slow the backward pass
    torch.manual_seed(arguments.seed)
    generator = random.Random(arguments.seed)
    half_precision = lambda: contextlib.nullcontext() if arguments.no_half else torch.autocast("cpu", torch.bfloat16)

    checkpoint = torch.load(arguments.work_dir / arguments.tokenizer, weights_only=False)
    tokenizer = Tokenizer().eval().requires_grad_(False)
    tokenizer.load_state_dict(checkpoint["tokenizer"])
    phones = FeaturePhones(len(checkpoint["phones"])).requires_grad_(False)
    prefix = "feature_phones."
    phones.load_state_dict({k.removeprefix(prefix): v for k, v in checkpoint["system"].items() if k.startswith(prefix)})
    utterances, _ = load_corpus(arguments.work_dir, arguments.corpus)
    rows = [r for r in utterances if r["split"] == "train" and (r["set"] in WEIGHTS or r["set"] == "synthetic")]
    rows = limited(rows, generator)
    labels = checkpoint["labels"]
    for row in rows:
        if row["name"] in labels:
            row["labels"] = labels[row["name"]]
    began = time.monotonic()
    encode(rows, tokenizer)
    print(f"{len(rows)} utterances encoded in {time.monotonic() - began:.0f}s, tokenizer of step {checkpoint['step']}", flush=True)

    networks = torch.nn.ModuleDict({"vocoder": Vocoder(), "speaker": SpeakerEncoder()})
    if arguments.start:
        networks.load_state_dict(torch.load(arguments.work_dir / arguments.start, weights_only=False)["networks"])
    vocoder, speaker_encoder = networks["vocoder"], networks["speaker"]
    if not arguments.start:
        torch.nn.init.constant_(vocoder.envelopes.bias, -4.0)  # about the level of speech
    average = torch.optim.swa_utils.AveragedModel(networks, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(AVERAGE_DECAY))
    optimiser = torch.optim.AdamW(networks.parameters(), arguments.rate, betas=(0.9, 0.98), weight_decay=0.01, fused=True)
    sampler = Sampler(rows, arguments.frames, generator)
    judge = SpectrogramJudge() if arguments.judge else None
    judge_optimiser = torch.optim.AdamW(judge.parameters(), JUDGE_RATE, betas=(0.8, 0.98)) if judge else None
    snapshot = True

    def contents():
        return {"networks": average.module.state_dict(), "tokenizer": checkpoint["tokenizer"], "step": step}

    start, step, skipped, means = time.monotonic(), 0, 0, {}
    while True:
        progress = max(step / arguments.steps, (time.monotonic() - start) / 60 / arguments.minutes)
        done = progress >= 1
        if step and (step % arguments.save_every == 0 or done):
            text = " ".join(f"{k} {v:.3f}" for k, v in means.items())
            print(f"{step} {time.monotonic() - start:.0f}s {text}, skipped {skipped}", flush=True)
            path = arguments.work_dir / arguments.out
            torch.save(contents(), path.with_suffix(".part"))
            path.with_suffix(".part").replace(path)
        if done:
            break
        rate = arguments.rate * min(1, (step + 1) / 200) * (0.5 * (1 + math.cos(math.pi * progress)) + 0.02)
        for group in optimiser.param_groups:
            group["lr"] = rate
        (codes, f0, energy, wave, labels, known, pitch_mean, mean, deviation, speaker_mel, speaker_mask,
         merged, lengths, real) = sampler.take(arguments.batch)
        prosody = prosody_of(f0, energy)
        with half_precision():
            speaker = speaker_encoder(speaker_mel, speaker_mask)
            harmonic, noise = vocoder.envelope(codes, speaker, prosody)
            predicted = vocoder.predict_prosody(codes, speaker.detach())
            durations = vocoder.predict_durations(merged, speaker.detach())
        made = synthesise(harmonic.float(), noise.float(), f0, torch.randn_like(wave))
        losses = {"stft": spectral_loss(made, wave)}
        predicted, voiced = predicted.float(), prosody[..., 1]
        target = torch.log(f0.clamp(min=40.0) / REFERENCE_HZ) - pitch_mean[:, None]
        losses["pitch"] = ((predicted[..., 0] - target).abs() * voiced).sum() / (voiced.sum() + 1)
        voicing = F.binary_cross_entropy_with_logits(predicted[..., 1], voiced, reduction="none")
        losses["voicing"] = 0.3 * (voicing * known).sum() / known.sum()
        losses["energy"] = ((predicted[..., 2] - prosody[..., 2]).abs() * known).sum() / known.sum()
        losses["duration"] = 0.5 * ((durations.float() - lengths.log()).abs() * real).sum() / real.sum()
        if arguments.content and progress >= arguments.content_from and step % arguments.content_every == 0:
            # half of the time in another's voice, with that voice's pitch and long-term spectrum
            spoken = made
            if step % (2 * arguments.content_every):
                if generator.random() < 0.5:
                    other_pitch, mean, deviation, mel, mask = sampler.shipped(len(codes))
                    with half_precision():
                        other = speaker_encoder(mel, mask)
                else:
                    order = torch.randperm(len(codes))
                    other_pitch, mean, deviation, other = pitch_mean[order], mean[order], deviation[order], speaker[order]
                moved = f0 * torch.exp(other_pitch - pitch_mean)[:, None]
                with half_precision():
                    harmonic, noise = vocoder.envelope(codes, other.detach(), prosody_of(moved, energy))
                spoken = synthesise(harmonic.float(), noise.float(), moved, torch.randn_like(wave))
                key = "converted"
            else:
                key = "content"
            with half_precision():
                losses[key] = arguments.content * content_loss(spoken, mean, deviation, labels, codes, tokenizer, phones).float()
        if judge is not None and progress >= arguments.judge_from:
            if snapshot:
                snapshot = False
                torch.save(contents(), arguments.work_dir / (arguments.out + ".unjudged"))
            edge = 320  # what lies beyond the ends is not known to the synthesis
            with half_precision():
                wanted, _ = judge(wave[:, edge:-edge])
                heard, _ = judge(made[:, edge:-edge].detach())
            judge_total = judge_loss(wanted, 1.0) + judge_loss(heard, 0.0)
            judge_optimiser.zero_grad()
            judge_total.backward()
            torch.nn.utils.clip_grad_norm_(judge.parameters(), 1.0)
            judge_optimiser.step()
            means["judge"] = 0.99 * means.get("judge", float(judge_total)) + 0.01 * float(judge_total)
            judge.requires_grad_(False)
            with half_precision():
                heard, features = judge(made[:, edge:-edge])
                with torch.no_grad():
                    _, wanted = judge(wave[:, edge:-edge])
            judge.requires_grad_(True)
            ramp = arguments.judge * min(1.0, (progress - arguments.judge_from) / 0.05)
            losses["fooled"] = ramp * judge_loss(heard, 1.0).float()
            losses["features"] = 2 * ramp * sum((a - b).abs().mean() for a, b in zip(features, wanted)).float() / len(features)
        optimiser.zero_grad()
        sum(losses.values()).backward()
        norm = torch.nn.utils.clip_grad_norm_(networks.parameters(), 1.0)
        if torch.isfinite(norm):
            optimiser.step()
            if step % AVERAGE_EVERY == 0:
                average.update_parameters(networks)
            for name, loss in losses.items():
                means[name] = 0.99 * means.get(name, float(loss)) + 0.01 * float(loss)
        else:
            skipped += 1
        step += 1


if __name__ == "__main__":
    main()
