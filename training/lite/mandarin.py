"""Mandarin text to pinyin phones, and to the phones of flite's English that come nearest, so that one phone head aligns both."""

import re

from pypinyin import Style, lazy_pinyin

INITIALS = {"b": "b", "p": "p", "m": "m", "f": "f", "d": "d", "t": "t", "n": "n", "l": "l", "g": "g", "k": "k", "h": "hh", "j": "jh",
            "q": "ch", "x": "sh", "zh": "jh", "ch": "ch", "sh": "sh", "r": "r", "z": "d z", "c": "t s", "s": "s"}
FINALS = {"a": "aa", "o": "ao", "e": "ah", "i": "iy", "u": "uw", "v": "y uw", "er": "er", "ai": "ay", "ei": "ey", "ao": "aw",
          "ou": "ow", "an": "aa n", "en": "ah n", "ang": "aa ng", "eng": "ah ng", "ong": "ow ng", "ia": "y aa", "io": "y ao",
          "ie": "y eh", "iao": "y aw", "iou": "y ow", "ian": "y eh n", "in": "iy n", "iang": "y aa ng", "ing": "iy ng",
          "iong": "y ow ng", "ua": "w aa", "uo": "w ao", "uai": "w ay", "uei": "w ey", "uan": "w aa n", "uen": "w ah n",
          "uang": "w aa ng", "ueng": "w ah ng", "ve": "y eh", "van": "y eh n", "vn": "y uw n", "ê": "eh"}
RETROFLEX = {"zh", "ch", "sh", "r"}  # after these and after z, c, s, `i` is no [i]
DENTAL = {"z", "c", "s"}


def syllables(text):
    """-> list of (initial or "", final, tone 1 to 5), or None where something is no Chinese character."""
    if not re.fullmatch(r"[\u4e00-\u9fff]+", text):
        return None
    initials = lazy_pinyin(text, style=Style.INITIALS, strict=True)
    finals = lazy_pinyin(text, style=Style.FINALS_TONE3, strict=True, neutral_tone_with_five=True)
    if not all(final[-1:].isdigit() for final in finals):  # an interjection without a vowel
        return None
    return [(initial, final[:-1], int(final[-1])) for initial, final in zip(initials, finals)]


def phones(text):
    """-> (English phones, for each the index of its pinyin phone, the pinyin phones with tones on finals), or None."""
    found = syllables(text)
    if not found:
        return None
    english, owners, pinyin = [], [], []
    for initial, final, tone in found:
        if final not in FINALS:
            return None
        end = FINALS[final]
        if final == "i" and initial in RETROFLEX:
            end = "er"
        elif final == "i" and initial in DENTAL:
            end = "ih"
        for name, sounds in ((initial, INITIALS.get(initial, "")), (f"{final}{tone}", end)):
            if sounds:
                for sound in sounds.split():
                    english.append(sound)
                    owners.append(len(pinyin))
                pinyin.append(name)
    return english, owners, pinyin
