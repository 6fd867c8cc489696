"""Trains the tokenizer.

First on synthetic speech alone, whose phone times are exact (--synthetic-only); then, from that checkpoint, on human speech
too, whose phones are aligned by the current network at the start and again at fixed points (--realign). --steps and --minutes
bound it, whichever comes first, and the learning rate follows the tighter of the two.

Writes a checkpoint (an exponential average of the weights) every --save-every steps and at the end.
"""

import argparse
import contextlib
import math
import pathlib
import random
import time

import torch
import torch.nn.functional as F

from align import align_all
from audio import prosody_of
from corpus import PAUSE, load_corpus
from heads import CodeReader, FeaturePhones, SpeakerAdversary
from networks import CODEBOOK_SIZE, FRAMES_PER_UNIT, Tokenizer, codes_to_ids, energy_of, normalise

IGNORED = -100
# how often an utterance of a set is drawn, against one of synthetic speech
WEIGHTS = {"synthetic": 1.0, "kathleen": 2.0, "librispeech": 7.0, "vctk": 6.0, "ljspeech": 5.0, "an4": 1.5, "speechocean": 1.5}
WORST_SCORE = -3.0  # mean log likelihood a frame below which an alignment is not believed
NOISY_SHARE = 0.25
AVERAGE_EVERY, AVERAGE_DECAY = 4, 0.996


class Batches:
    """Random stretches of utterances, with the input (and only the input) disguised."""

    def __init__(self, speakers, frames, generator):
        self.speakers, self.frames, self.random = speakers, frames, generator

    def disguise(self, mel):
        """Normalised log-mel (B, T, 80): another vocal tract, another room slope, a little jitter."""
        batch, _, bins = mel.shape
        factor = torch.empty(batch, 1).uniform_(0.85, 1.18)
        position = torch.arange(bins).float()[None] * factor
        low = position.floor().clamp(0, bins - 1).long()
        high = (low + 1).clamp(max=bins - 1)
        part = (position - low).clamp(0, 1)
        expand = lambda index: index[:, None].expand_as(mel)
        warped = mel.gather(2, expand(low)) * (1 - part[:, None]) + mel.gather(2, expand(high)) * part[:, None]
        warped = warped + (torch.randn(batch, 1, bins).cumsum(-1) * 0.05)
        return warped + torch.randn_like(warped) * torch.empty(batch, 1, 1).uniform_(0, 0.15)

    def noisy(self, mel):
        """Stationary noise of a random level and slope is added to a whole log-mel, before it is normalised."""
        level = self.random.uniform(-10.5, -6.5)
        slope = torch.linspace(-1, 1, mel.shape[-1]) * self.random.uniform(-1.5, 1.5)
        return torch.logaddexp(mel, level + slope + 0.35 * torch.randn_like(mel))

    def take(self, rows, train):
        fields = []
        for row in rows:
            total = len(row["f0"])
            start = self.random.randint(0, max(0, total - self.frames)) if train else 0
            start -= start % FRAMES_PER_UNIT if not train else 0
            part = slice(start, start + self.frames)
            missing = max(0, self.frames - (total - start))
            if train and self.random.random() < NOISY_SHARE:
                source = normalise(self.noisy(row["mel"].float()))[part]
            else:
                source = row["normalised"][part].float()
            target = row["mel"][part].float()
            labels = row["labels"][part].long() if row["labels"] is not None else torch.full((len(target),), IGNORED)
            prosody = prosody_of(row["f0"][part], energy_of(target))
            pad = lambda x, value=0.0: F.pad(x, (0, 0, 0, missing), value=value)
            fields.append((pad(source), pad(target, -11.5), pad(prosody), F.pad(labels, (0, missing), value=IGNORED),
                           torch.tensor(self.speakers.get(row["speaker"], 0))))
        source, target, prosody, labels, speaker = (torch.stack(x) for x in zip(*fields))
        return (self.disguise(source) if train else source), target, prosody, labels, speaker


class System(torch.nn.Module):
    def __init__(self, phones, speakers):
        super().__init__()
        self.tokenizer = Tokenizer()
        self.feature_phones = FeaturePhones(phones)
        self.reader = CodeReader(phones, speakers)
        self.adversary = SpeakerAdversary(speakers)

    def forward(self, source, prosody, speaker, half, adversary_scale):
        half_precision = lambda: torch.autocast("cpu", torch.bfloat16) if half else contextlib.nullcontext()
        with half_precision():
            features = self.tokenizer.features(source)
            feature_logits = self.feature_phones(features)
        codes = self.tokenizer.fsq(self.tokenizer.to_code(features.float()))
        with half_precision():
            code_logits, mel = self.reader(codes, speaker, prosody)
            guess = self.adversary(codes, adversary_scale)
        return codes, feature_logits.float(), code_logits.float(), mel.float(), guess.float()


def cross_entropy(logits, labels):
    return F.cross_entropy(logits.flatten(0, -2), labels.flatten(), ignore_index=IGNORED, label_smoothing=0.05)


@torch.no_grad()
def measure(system, dev, batches):
    """Frame accuracy of both phone read-outs a set, and how the codebook is used over all sets."""
    results, ids = {}, []
    for name, rows in dev.items():
        hits = feature_hits = frames = 0
        for i in range(0, len(rows), 20):
            source, _, prosody, labels, speaker = batches.take(rows[i : i + 20], False)
            codes, feature_logits, code_logits, _, _ = system(source, prosody, speaker, False, 0.0)
            known = labels >= 0
            hits += ((code_logits.argmax(-1) == labels) & known).sum().item()
            feature_hits += ((feature_logits.argmax(-1) == labels) & known).sum().item()
            frames += known.sum().item()
            ids.append(codes_to_ids(codes).flatten())
        results[name] = (hits / max(1, frames), feature_hits / max(1, frames))
    counts = torch.bincount(torch.cat(ids), minlength=CODEBOOK_SIZE).float()
    p = counts[counts > 0] / counts.sum()
    return results, int((counts > 0).sum()), float(torch.exp(-(p * p.log()).sum()))


def realign(rows, system, pause, half):
    system.eval()
    align_all(rows, system.tokenizer, system.feature_phones, pause, half)
    by_set = {}
    for row in rows:
        by_set.setdefault(row["set"], []).append(row["score"])
    text = " ".join(f"{name} {torch.tensor(scores).median():.2f}" for name, scores in by_set.items())
    print("aligned, median log likelihood a frame:", text, flush=True)
    system.train()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work_dir", type=pathlib.Path)
    parser.add_argument("--out", default="tokenizer.pt", help="checkpoint, in the work folder")
    parser.add_argument("--corpus", default="corpus.pt", help="corpus file, in the work folder")
    parser.add_argument("--start", help="checkpoint to start from, in the work folder")
    parser.add_argument("--realign", type=float, nargs="+", default=[0.0, 0.12, 0.35, 0.65],
                        help="parts of the training at which human speech is aligned")
    parser.add_argument("--synthetic-only", action="store_true")
    parser.add_argument("--steps", type=int, default=30000)
    parser.add_argument("--minutes", type=float, default=1e9)
    parser.add_argument("--rate", type=float, default=1.3e-3)
    parser.add_argument("--batch", type=int, default=10)
    parser.add_argument("--frames", type=int, default=208, help="10 ms frames of a stretch")
    parser.add_argument("--adversary", type=float, default=0.3, help="how strongly the speaker is driven out of the codes")
    parser.add_argument("--save-every", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--no-half", action="store_true", help="no bfloat16 (for processors that lack AMX or AVX512-BF16)")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)  # vanishing gradients would otherwise slow the backward pass
    torch.manual_seed(arguments.seed)
    generator = random.Random(arguments.seed)

    utterances, phone_ids = load_corpus(arguments.work_dir, arguments.corpus)
    utterances = [row for row in utterances if row["set"] in WEIGHTS]
    if arguments.synthetic_only:
        utterances = [row for row in utterances if row["set"] == "synthetic"]
    for row in utterances:
        row["normalised"] = normalise(row["mel"].float()).half()
        row.setdefault("labels", None)
        del row["wave"]
    human = [row for row in utterances if row["set"] != "synthetic"]
    speakers = {s: i for i, s in enumerate(sorted({row["speaker"] for row in utterances if row["split"] == "train"}))}
    dev = {}
    for row in utterances:
        if row["split"] == "dev" and len(dev.setdefault(row["set"], [])) < 40:
            dev[row["set"]].append(row)

    system = System(len(phone_ids), len(speakers))
    if arguments.start:
        state = torch.load(arguments.work_dir / arguments.start, weights_only=False)["system"]
        own = system.state_dict()
        system.load_state_dict({k: v for k, v in state.items() if v.shape == own[k].shape}, strict=False)
    average = torch.optim.swa_utils.AveragedModel(system, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(AVERAGE_DECAY))
    optimiser = torch.optim.AdamW(system.parameters(), arguments.rate, betas=(0.9, 0.98), weight_decay=0.02, fused=True)
    batches = Batches(speakers, arguments.frames, generator)
    print({k: len(v) for k, v in dev.items()}, len(utterances), "utterances", len(speakers), "speakers", flush=True)

    pending = list(arguments.realign) if human else []
    train = weights = None
    start = time.monotonic()
    losses = ""
    step = skipped = 0
    while True:
        progress = max(step / arguments.steps, (time.monotonic() - start) / 60 / arguments.minutes)
        done = progress >= 1
        if pending and progress >= pending[0]:
            while pending and progress >= pending[0]:
                pending.pop(0)
            realign(human, average.module if step else system, phone_ids[PAUSE], not arguments.no_half)
            train = None
        if train is None:
            train = [r for r in utterances if r["split"] == "train" and r["labels"] is not None and r.get("score", 0) > WORST_SCORE]
            weights = [WEIGHTS[r["set"]] for r in train]
        if step and (step % arguments.save_every == 0 or done):
            average.module.eval()
            results, used, perplexity = measure(average.module, dev, batches)
            text = " ".join(f"{k} {a:.3f}/{b:.3f}" for k, (a, b) in results.items())
            print(f"{step} {time.monotonic() - start:.0f}s {losses} | {text} | {used} codes, perplexity {perplexity:.0f}"
                  f", skipped {skipped}", flush=True)
            path = arguments.work_dir / arguments.out
            contents = {"system": average.module.state_dict(), "tokenizer": average.module.tokenizer.state_dict(),
                        "phones": phone_ids, "speakers": speakers, "step": step, "measured": results,
                        "labels": {r["name"]: r["labels"] for r in train if r["set"] != "synthetic"}}
            torch.save(contents, path.with_suffix(".part"))
            path.with_suffix(".part").replace(path)
        if done:
            break
        rate = arguments.rate * min(1, (step + 1) / 300) * (0.5 * (1 + math.cos(math.pi * progress)) + 0.01)
        for group in optimiser.param_groups:
            group["lr"] = rate
        source, target, prosody, labels, speaker = batches.take(generator.choices(train, weights, k=arguments.batch), True)
        scale = arguments.adversary * min(1.0, step / 2000)
        _, feature_logits, code_logits, mel, guess = system(source, prosody, speaker, not arguments.no_half, scale)
        code_loss, feature_loss = cross_entropy(code_logits, labels), cross_entropy(feature_logits, labels)
        mel_loss = (mel - target).abs().mean()
        speaker_loss = F.cross_entropy(guess, speaker)
        optimiser.zero_grad()
        (code_loss + 0.5 * feature_loss + 0.3 * mel_loss + 0.2 * speaker_loss).backward()
        norm = torch.nn.utils.clip_grad_norm_(system.parameters(), 1.0)
        if torch.isfinite(norm):
            optimiser.step()
            if step % AVERAGE_EVERY == 0:
                average.update_parameters(system)
        else:
            skipped += 1
        if step % 50 == 0:
            losses = f"codes {code_loss:.3f} features {feature_loss:.3f} mel {mel_loss:.3f} speaker {speaker_loss:.2f}"
        step += 1


if __name__ == "__main__":
    main()
