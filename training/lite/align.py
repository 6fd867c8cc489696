"""Viterbi alignment of a phone string with frame-wise phone log probabilities; a pause may stand between any two phones."""

import numba
import numpy
import torch

from networks import normalise

INNER_PAUSE = -4.0  # log probability of entering a pause between two phones: keeps stop closures out of it


@numba.njit(cache=True)
def _viterbi(emission, inner_pause):
    """emission (T, S), states pause, phone, pause, .., phone, pause -> state of each frame, log likelihood a frame."""
    frames, states = emission.shape
    best = numpy.full(states, -1e30, numpy.float32)
    best[0], best[1] = emission[0, 0], emission[0, 1]
    back = numpy.zeros((frames, states), numpy.int8)
    for t in range(1, frames):
        for s in range(states - 1, -1, -1):  # downwards: best[s - 1], best[s - 2] still are those of t - 1
            value, step = best[s], 0
            if s >= 1:
                entry = inner_pause if s % 2 == 0 and s < states - 1 else 0.0
                if best[s - 1] + entry > value:
                    value, step = best[s - 1] + entry, 1
            if s >= 3 and s % 2 == 1 and best[s - 2] > value:
                value, step = best[s - 2], 2
            best[s] = value + emission[t, s]
            back[t, s] = step
    s = states - 1 if best[states - 1] > best[states - 2] else states - 2
    score = best[s] / frames
    path = numpy.empty(frames, numpy.int32)
    for t in range(frames - 1, -1, -1):
        path[t] = s
        s -= back[t, s]
    return path, score


def align_path(log_probabilities, phones, pause):
    """(T, P) array, phone ids (pauses among them are dropped) -> state of each frame or None where it cannot fit, score a frame.

    State 2 i + 1 is phone i, an even state a pause.
    """
    phones = [phone for phone in phones if phone != pause]
    if not phones or 2 * len(phones) > len(log_probabilities):
        return None, -numpy.inf
    path, score = _viterbi(_emission(log_probabilities, phones, pause), INNER_PAUSE)
    return path, float(score)


def _emission(log_probabilities, phones, pause):
    return numpy.ascontiguousarray(log_probabilities[:, _states(phones, pause)], dtype=numpy.float32)


def _states(phones, pause):
    states = numpy.full(2 * len(phones) + 1, pause)
    states[1::2] = phones
    return states


def align(log_probabilities, phones, pause):
    """As align_path, but -> the phone of each frame."""
    path, score = align_path(log_probabilities, phones, pause)
    return None if path is None else _states([phone for phone in phones if phone != pause], pause)[path], score


@torch.no_grad()
def align_all(utterances, tokenizer, phone_head, pause, half):
    """Sets labels and score of every utterance that has phones; score is -inf where alignment failed."""
    for row in utterances:
        if not row.get("phones"):
            continue
        with torch.autocast("cpu", torch.bfloat16, enabled=half):
            logits = phone_head(tokenizer.features(normalise(row["mel"].float())[None]))[0]
        log_probabilities = logits.float().log_softmax(-1).numpy()
        labels, row["score"] = align(log_probabilities, row["phones"], pause)
        row["labels"] = None if labels is None else torch.from_numpy(labels).to(torch.uint8)
