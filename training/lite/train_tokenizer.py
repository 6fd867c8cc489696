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
from disguise import MARGIN, add_noise, coloured_noise, room, stretch, telephone
from heads import CodeReader, FeaturePhones, SpeakerAdversary
from networks import CODE_DIMS, CODEBOOK_SIZE, FRAMES_PER_UNIT, HOP, LEVELS, Fsq, Tokenizer, codes_to_ids, energy_of, normalise

IGNORED = -100
# how often an utterance of a set is drawn, against one of synthetic speech
WEIGHTS = {"synthetic": 1.0, "kathleen": 2.0, "librispeech": 7.0, "vctk": 6.0, "ljspeech": 5.0, "an4": 1.5, "speechocean": 1.5, "grid": 1.0,
           "aishell": 2.0}
WORST_SCORE = -3.0  # mean log likelihood a frame below which an alignment is not believed
AVERAGE_EVERY, AVERAGE_DECAY = 4, 0.992


class Twin:
    """How a stretch is disguised: drawn at random, or given for measurements."""

    def __init__(self, pitch=1.0, speed=1.0, offset=0.0, effects=()):
        self.pitch, self.speed, self.offset, self.effects = pitch, speed, offset, effects

    @staticmethod
    def draw(generator, others):
        pitch = 2 ** (generator.uniform(-3.5, 3.5) / 12) if generator.random() < 0.65 else 1.0
        speed, offset = (generator.uniform(0.86, 1.16), generator.uniform(-1.5, 1.5)) if generator.random() < 0.45 else (1.0, 0.0)
        effects = []
        if generator.random() < 0.2:
            effects.append(lambda x: room(x, generator.uniform(0.1, 0.5), 10 ** generator.uniform(0.0, 1.2)))
        kind = generator.random()
        if kind < 0.45:
            slope = generator.uniform(0.0, 1.2)
            effects.append(lambda x: add_noise(x, coloured_noise(len(x), slope), generator.uniform(5.0, 25.0)))
        elif kind < 0.55:
            effects.append(lambda x: add_noise(x, others(len(x)), generator.uniform(10.0, 25.0)))
        if generator.random() < 0.12:
            effects.append(lambda x: telephone(x, generator.uniform(0, 300), generator.uniform(3400, 7000)))
        return Twin(pitch, speed, offset, effects)

    def mel(self, row, first, count):
        wave = row["wave"]
        low = max(0, int(first * HOP) - 2 * MARGIN)
        part = wave[low : int((first + count * self.speed) * HOP) + 2 * MARGIN].float() * (row["gain"] / 32768)
        for effect in self.effects:
            part = effect(part)
        return stretch(part, first + self.offset - low / HOP, count, self.pitch, self.speed)

    def positions(self, units):
        """Where the twin's units lie on the unit axis of the plain stretch."""
        centre = (FRAMES_PER_UNIT - 1) / 2
        return ((torch.arange(units) * FRAMES_PER_UNIT + centre) * self.speed + self.offset - centre) / FRAMES_PER_UNIT


class Batches:
    """Random stretches of utterances, each as it is and disguised. Only inputs are disguised, never targets."""

    def __init__(self, speakers, frames, generator, rows=()):
        self.speakers, self.frames, self.random, self.rows = speakers, frames, generator, rows

    def warp(self, mel):
        """Normalised log-mel (B, T, 80): for most, another vocal tract and another room slope."""
        batch, _, bins = mel.shape
        changed = (torch.rand(batch, 1) < 0.7).float()
        factor = 1 + changed * (torch.empty(batch, 1).uniform_(0.85, 1.18) - 1)
        position = torch.arange(bins).float()[None] * factor
        low = position.floor().clamp(0, bins - 1).long()
        high = (low + 1).clamp(max=bins - 1)
        part = (position - low).clamp(0, 1)
        expand = lambda index: index[:, None].expand_as(mel)
        warped = mel.gather(2, expand(low)) * (1 - part[:, None]) + mel.gather(2, expand(high)) * part[:, None]
        warped = warped + (torch.randn(batch, 1, bins).cumsum(-1) * 0.05) * changed[..., None]
        return warped + torch.randn_like(warped) * torch.empty(batch, 1, 1).uniform_(0, 0.1)

    def other_voices(self, samples):
        wave = self.random.choice(self.rows)["wave"].float()
        return wave.repeat(-(-samples // len(wave)))[:samples]

    def row_fields(self, row, source, index, target_mel):
        """Targets of frames `index` of a row; frames beyond its end are unknown."""
        inside = (index >= 0) & (index < len(row["f0"]))
        at = index.clamp(0, len(row["f0"]) - 1)
        target = target_mel[at]
        labels = row["labels"][at].long() if row["labels"] is not None else torch.full((len(at),), IGNORED)
        labels = torch.where(inside, labels, torch.full_like(labels, IGNORED))
        return source, target, prosody_of(row["f0"][at], energy_of(target)), labels, torch.tensor(self.speakers.get(row["speaker"], 0)), inside.float()

    def take(self, rows, train):
        """Stacked fields of the plain stretches; in training the twins' follow, and where their units lie on the plain axis."""
        plain, twins, positions = [], [], []
        for row in rows:
            total = len(row["f0"])
            start = self.random.randint(0, max(0, total - self.frames)) if train else 0
            mel = row["mel"].float()
            index = start + torch.arange(self.frames)
            source = F.pad(row["normalised"][start : start + self.frames].float(), (0, 0, 0, max(0, self.frames - (total - start))))
            plain.append(self.row_fields(row, source, index, mel))
            if train:
                twin = Twin.draw(self.random, self.other_voices)
                disguised = twin.mel(row, start, self.frames)
                moved = (start + twin.offset + torch.arange(self.frames) * twin.speed).round().long()
                real = (moved >= 0) & (moved < total)
                # what the disguise changed of the stretch's mean and deviation, it would have changed of the recording's
                own = mel[moved.clamp(0, total - 1)]
                mean = row["mean"] + (disguised[real] - own[real]).mean(0)
                spread = lambda x: (x[real] - x[real].mean(0)).pow(2).mean().sqrt() + 1e-3
                deviation = row["deviation"] * (spread(disguised) / spread(own)).clamp(0.3, 3.0)
                source = (disguised - mean) / deviation * real[:, None]
                twins.append(self.row_fields(row, source, moved, mel))
                positions.append(twin.positions(self.frames // FRAMES_PER_UNIT))
        source, *rest = (torch.stack(x) for x in zip(*(plain + twins)))
        return ((self.warp(source) if train else source), *rest), torch.stack(positions) if train else None


def consistency_loss(bounded, codes, positions, inside):
    """How far the twins' bounded values are from the plain stretches', in levels, and from their rounded ones."""
    count = len(positions)
    plain, twin = bounded[:count], bounded[count:]
    units = plain.shape[1]
    known = (positions > -0.5) & (positions < units - 0.5) & (inside[count:].reshape(count, units, -1).amin(-1) > 0)
    at = positions.clamp(0, units - 1)
    low = at.floor().long().clamp(max=units - 2)
    part = (at - low)[..., None]
    pick = lambda x, index: x.gather(1, index[..., None].expand(-1, -1, x.shape[-1]))
    between = pick(plain, low) * (1 - part) + pick(plain, low + 1) * part
    rounded = pick((codes[:count] * (LEVELS // 2)).detach(), at.round().long())
    near = ((at - at.round()).abs() < 0.3)[..., None]
    distance = (twin - between).abs() + 0.5 * torch.where(near, (twin - rounded).abs(), torch.zeros_like(twin))
    return (distance.mean(-1) * known).sum() / (known.sum() + 1)


def usage_entropy(bounded):
    """Mean entropy of the joint level histogram of each pair of code dimensions, soft, as a share of the most there can be."""
    levels = torch.arange(LEVELS) - LEVELS // 2
    soft = torch.softmax(-4.0 * (bounded.flatten(0, 1)[..., None] - levels).pow(2), -1)  # (N, 4, 8)
    joint = torch.einsum("nik,njl->ijkl", soft, soft) / len(soft)
    entropy = -(joint * (joint + 1e-6).log()).sum((-1, -2))
    pairs = torch.triu_indices(CODE_DIMS, CODE_DIMS, 1)
    return entropy[pairs[0], pairs[1]].mean() / math.log(LEVELS**2)


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
        z = self.tokenizer.to_code(features.float())
        codes = self.tokenizer.fsq(z)
        bounded = torch.tanh(z + Fsq.SHIFT) * Fsq.HALF - 0.5
        with half_precision():
            code_logits, mel = self.reader(codes, speaker, prosody)
            guess = self.adversary(codes, adversary_scale)
        return codes, bounded, feature_logits.float(), code_logits.float(), mel.float(), guess.float()


def cross_entropy(logits, labels):
    return F.cross_entropy(logits.flatten(0, -2), labels.flatten(), ignore_index=IGNORED, label_smoothing=0.05)


@torch.no_grad()
def measure(system, dev, batches):
    """Frame accuracy of both phone read-outs a set, and how the codebook is used over all sets."""
    results, ids = {}, []
    for name, rows in dev.items():
        hits = feature_hits = frames = 0
        for i in range(0, len(rows), 20):
            (source, _, prosody, labels, speaker, _), _ = batches.take(rows[i : i + 20], False)
            codes, _, feature_logits, code_logits, _, _ = system(source, prosody, speaker, False, 0.0)
            known = labels >= 0
            hits += ((code_logits.argmax(-1) == labels) & known).sum().item()
            feature_hits += ((feature_logits.argmax(-1) == labels) & known).sum().item()
            frames += known.sum().item()
            ids.append(codes_to_ids(codes).flatten())
        results[name] = (hits / max(1, frames), feature_hits / max(1, frames))
    counts = torch.bincount(torch.cat(ids), minlength=CODEBOOK_SIZE).float()
    p = counts[counts > 0] / counts.sum()
    return results, int((counts > 0).sum()), float(torch.exp(-(p * p.log()).sum()))


DISGUISES = {
    "up": Twin(pitch=2 ** (2 / 12)),
    "down": Twin(pitch=2 ** (-2 / 12)),
    "slow": Twin(speed=0.9),
    "fast": Twin(speed=1.1),
    "noise": Twin(effects=[lambda x: add_noise(x, coloured_noise(len(x), 0.5), 10.0)]),
}


@torch.no_grad()
def stability(tokenizer, rows):
    """Share of units, in time, that change when the recording is disguised."""
    changed = {}
    for row in rows:
        total = len(row["f0"])
        ids = codes_to_ids(tokenizer(row["normalised"].float()[None])[0])
        for name, twin in DISGUISES.items():
            count = int(total / twin.speed) // FRAMES_PER_UNIT * FRAMES_PER_UNIT
            other = codes_to_ids(tokenizer(normalise(twin.mel(row, 0, count))[None])[0])
            same = ids[twin.positions(len(other)).round().long().clamp(0, len(ids) - 1)]
            changed.setdefault(name, []).append(float((same != other).float().mean()))
    return {name: sum(x) / len(x) for name, x in changed.items()}


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
    parser.add_argument("--batch", type=int, default=6, help="stretches, each with a disguised twin")
    parser.add_argument("--frames", type=int, default=208, help="10 ms frames of a stretch")
    parser.add_argument("--adversary", type=float, default=1.0, help="how strongly the speaker is driven out of the codes")
    parser.add_argument("--consistency", type=float, default=0.4, help="weight of the distance between a stretch's codes and its twin's")
    parser.add_argument("--usage", type=float, default=0.94, help="share of the codes' most possible entropy that is asked for")
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
        mel = row["mel"].float()
        row["normalised"] = normalise(mel).half()
        row["mean"] = mel.mean(0)
        row["deviation"] = (mel - row["mean"]).pow(2).mean().sqrt() + 1e-3
        row.setdefault("labels", None)
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
    batches = Batches(speakers, arguments.frames, generator, [r for r in utterances if r["split"] == "train"])
    steady = [row for rows in dev.values() for row in rows[:6]]
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
            moved = " ".join(f"{k} {v:.2f}" for k, v in stability(average.module.tokenizer, steady).items())
            print(f"{step} {time.monotonic() - start:.0f}s {losses} | {text} | {used} codes, perplexity {perplexity:.0f}"
                  f" | changed: {moved} | skipped {skipped}", flush=True)
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
        fields, positions = batches.take(generator.choices(train, weights, k=arguments.batch), True)
        source, target, prosody, labels, speaker, inside = fields
        scale = arguments.adversary * min(1.0, step / 1000)
        codes, bounded, feature_logits, code_logits, mel, guess = system(source, prosody, speaker, not arguments.no_half, scale)
        code_loss, feature_loss = cross_entropy(code_logits, labels), cross_entropy(feature_logits, labels)
        mel_loss = ((mel - target).abs().mean(-1) * inside).sum() / inside.sum()
        same_loss = consistency_loss(bounded, codes, positions, inside)
        usage = usage_entropy(bounded)
        speaker_loss = F.cross_entropy(guess, speaker)
        optimiser.zero_grad()
        loss = code_loss + 0.5 * feature_loss + 0.3 * mel_loss + 0.2 * speaker_loss
        (loss + arguments.consistency * same_loss + 5.0 * F.relu(arguments.usage - usage)).backward()
        norm = torch.nn.utils.clip_grad_norm_(system.parameters(), 1.0)
        if torch.isfinite(norm):
            optimiser.step()
            if step % AVERAGE_EVERY == 0:
                average.update_parameters(system)
        else:
            skipped += 1
        if step % 50 == 0:
            losses = (f"codes {code_loss:.3f} features {feature_loss:.3f} mel {mel_loss:.3f} speaker {speaker_loss:.2f}"
                      f" same {same_loss:.3f} usage {usage:.3f}")
        step += 1


if __name__ == "__main__":
    main()
