"""Speaks the sentences of samples/eval by free synthesizers, with the times of their phones.

Needs flite 2.2 (voices awb, rms, slt), espeak-ng 1.51 (libespeak-ng.so.1) and ffmpeg with libopus:
    python3 make_sample.py ../../../../../samples/eval
"""

import ctypes
import pathlib
import re
import subprocess
import sys
import tempfile
import wave

SENTENCES = [
    "The rain stopped early in the evening.",
    "Please leave the parcel with my neighbour.",
    "Where is the nearest station?",
    "She gave the child a small green boat.",
    "Both of them thought about the journey.",
    "He poured hot tea into a large cup.",
    "The judge chose the first of five books.",
    "Our young dog loves to jump over the gate.",
]
FLITE = {"awb": "m", "rms": "m", "slt": "f"}
ESPEAK = {"en-us": "m", "en-us+f2": "f", "en-us+f5": "f"}

# Mnemonics of espeak-ng's American English to flite's phones (the radio set, in lower case).
PHONES = {
    "@": "ax", "3": "er", "3:": "er", "@L": "ax l", "@2": "ax", "@5": "uh", "a": "ae", "a#": "ax",
    "aa": "ae", "A:": "aa", "A@": "aa r", "A#": "aa", "E": "eh", "e@": "eh r", "I": "ih", "I2": "ih",
    "I#": "ih", "i": "iy", "i:": "iy", "i@3": "ih r", "i@": "ih ax", "0": "aa", "0#": "ax", "O": "ao", "O:": "ao",
    "O@": "ao r", "o@": "ao r", "U": "uh", "u:": "uw", "U@": "uh r", "V": "ah", "VR": "ah r", "aI": "ay",
    "aI3": "ay er", "aI@": "ay er", "aU": "aw", "aU@": "aw er", "eI": "ey", "oU": "ow", "OI": "oy",
    "p": "p", "b": "b", "t": "t", "t#": "t", "t2": "t", "d": "d", "d#": "d", "k": "k", "g": "g", "tS": "ch",
    "dZ": "jh", "f": "f", "v": "v", "v#": "v", "T": "th", "D": "dh", "s": "s", "z": "z", "z#": "z", "S": "sh",
    "Z": "zh", "h": "hh", "m": "m", "n": "n", "n-": "n", "N": "ng", "l": "l", "l#": "l", "r": "r", "r-": "r",
    "j": "y", "w": "w", "w#": "w", "_": "pau", "_:": "pau", "?": "pau",
}  # fmt: skip


def flite(voice, text, wav):
    out = subprocess.run(["flite", "-voice", voice, "-psdur", "-t", text, "-o", wav], check=True,
                         capture_output=True, text=True).stdout
    spans, begin = [], 0.0
    for word in out.split():
        label, end = word.rsplit(":", 1)
        spans.append((begin, float(end), label))
        begin = float(end)
    return spans


class Event(ctypes.Structure):
    class Id(ctypes.Union):
        _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]

    _fields_ = [("type", ctypes.c_int), ("unique", ctypes.c_uint), ("text", ctypes.c_int), ("length", ctypes.c_int),
                ("audio", ctypes.c_int), ("sample", ctypes.c_int), ("user", ctypes.c_void_p), ("id", Id)]


CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(Event))


class Espeak:
    def __init__(self):
        self.lib = ctypes.CDLL("libespeak-ng.so.1")
        self.rate = self.lib.espeak_Initialize(2, 0, None, 1)  # synchronous; phoneme events
        self.callback = CALLBACK(self.hear)
        self.lib.espeak_SetSynthCallback(self.callback)

    def hear(self, samples, count, events):
        if samples and count:
            self.sound += ctypes.string_at(samples, 2 * count)
        i = 0
        while events[i].type:
            if events[i].type == 7:  # a phoneme
                self.events.append((events[i].sample, events[i].id.string.decode()))
            i += 1
        return 0

    def speak(self, voice, text, wav):
        self.sound, self.events = b"", []
        self.lib.espeak_SetVoiceByName(voice.encode())
        data = text.encode()
        self.lib.espeak_Synth(data, len(data) + 1, 0, 0, 0, 1, None, None)
        self.lib.espeak_Synchronize()
        with wave.open(wav, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(self.rate)
            file.writeframes(self.sound)
        end = len(self.sound) / 2 / self.rate
        spans = []
        starts = [(0, "_")] + self.events
        for i, (sample, name) in enumerate(starts):
            begin = sample / self.rate
            stop = starts[i + 1][0] / self.rate if i + 1 < len(starts) else end
            name = re.sub("[',%=|]", "", name)
            if name == ";":  # the palatal end of the phone before it
                spans[-1] = (spans[-1][0], stop, spans[-1][2])
                continue
            labels = PHONES[name].split() if name else ["pau"]
            for k, label in enumerate(labels):  # one mnemonic may be two of flite's phones
                spans.append((begin + (stop - begin) * k / len(labels), begin + (stop - begin) * (k + 1) / len(labels), label))
        return [s for s in spans if s[1] > s[0]]


def text_grid(spans, end):
    merged = []
    for begin, stop, label in spans:
        stop = min(stop, end)
        if stop <= begin:
            continue
        if merged and merged[-1][2] == label:
            merged[-1][1] = stop
        else:
            merged.append([begin, stop, label])
    merged[-1][1] = end
    lines = ['File type = "ooTextFile"', 'Object class = "TextGrid"', "", "0", f"{end:.4f}", "<exists>", "1",
             '"IntervalTier"', '"phones"', "0", f"{end:.4f}", str(len(merged))]
    for begin, stop, label in merged:
        lines += [f"{begin:.4f}", f"{stop:.4f}", f'"{label}"']
    return "\n".join(lines) + "\n"


def main(folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    espeak = Espeak()
    rows = ["path\ttranscript\tspeaker\tgender\temotion"]
    with tempfile.TemporaryDirectory() as scratch:
        wav = f"{scratch}/a.wav"
        for voice, gender in {**FLITE, **ESPEAK}.items():
            name = voice.replace("en-us", "espeak").replace("+", "_")
            for number, sentence in enumerate(SENTENCES, 1):
                spans = flite(voice, sentence, wav) if voice in FLITE else espeak.speak(voice, sentence, wav)
                with wave.open(wav) as file:
                    end = file.getnframes() / file.getframerate()
                stem = f"{name}_{number}"
                subprocess.run(["ffmpeg", "-y", "-loglevel", "error", "-i", wav, "-ar", "16000", "-ac", "1", "-c:a", "libopus",
                                "-b:a", "20k", "-application", "voip", "-map_metadata", "-1", folder / f"{stem}.opus"], check=True)
                (folder / f"{stem}.TextGrid").write_text(text_grid(spans, end))
                rows.append(f"{stem}.opus\t{sentence}\t{name}\t{gender}\tneutral")
    (folder / "corpus.tsv").write_text("\n".join(rows) + "\n")


main(sys.argv[1])
