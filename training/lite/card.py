"""Writes the model card from its template and what was measured, and WORK_DIR/quality.json for the manifest. A number missed is a number printed.

usage: card.py WORK_DIR MODEL_DIR

Reads units.json, sound.json, judge.json, words.json and, where measure_product.py has run, product.json of the work folder; what is missing
there is said to be missing.
"""

import argparse
import json
import pathlib

TEMPLATE = pathlib.Path(__file__).resolve().parents[1] / "MODEL_CARD.template.md"
MISSING = "not measured"
SETS = {"kathleen": "Kathleen (a training speaker)", "librispeech": "LibriSpeech, unseen speakers", "speechocean": "speechocean762, unseen speakers",
        "an4": "AN4, unseen speakers"}


class Figures:
    def __init__(self, work):
        read = lambda name: json.loads((work / name).read_text()) if (work / name).is_file() else {}
        self.units, self.sound, self.judge = read("units.json"), read("sound.json"), read("judge.json")
        self.words, self.product = read("words.json"), read("product.json")

    def at(self, source, *keys):
        value = getattr(self, source)
        for key in keys:
            value = value.get(key, {}) if isinstance(value, dict) else {}
        return value if value != {} else None

    def wer(self, name, mode):
        return self.at("words", f"{name} {mode}", "wer")


def said(value, digits=2, unit=""):
    return MISSING if value is None else f"{value:.{digits}f}{unit}"


def verdict(met):
    return "-" if met is None else "met" if met else "**missed**"


def points(figures, names, most):
    """Points above the originals for each set and voice -> text, met"""
    parts, met = [], []
    for name in names:
        original = figures.wer(name, "original")
        if figures.wer(name, "female") is None:
            parts.append(f"{name} {MISSING}")
        for voice in ("female", "male"):
            wer = figures.wer(name, voice)
            if original is not None and wer is not None:
                parts.append(f"{SETS[name].split(',')[0].split(' (')[0]} {voice} {100 * (wer - original):+.1f}")
                met.append(100 * (wer - original) <= most)
    return "; ".join(parts) or MISSING, all(met) if met else None


def table(figures, megabytes):
    rows = []

    def row(what, aim, text, met, command):
        rows.append(f"| {what} | {aim} | {text} | {verdict(met)} | `{command}` |")

    text, met = points(figures, ("kathleen", "librispeech"), 6)
    row("words survive, clean English", "WER at most 6 points above the originals'", text, met, "evaluate.py")
    text, met = points(figures, ("speechocean", "an4"), 12)
    row("words survive accents, noise, children", "at most 12 points above", text, met, "evaluate.py")
    pnmi = figures.at("units", "phones", "human English", "pnmi")
    bound = figures.at("units", "phones", "human English", "lower bound")
    row("units mean content", "PNMI with phones at least 0.60", f"{said(pnmi)} (held-out lower bound {said(bound)})", None if pnmi is None else pnmi >= 0.6, "measure_units.py")
    for name in figures.at("units", "speaker probe") or {}:
        probe = figures.at("units", "speaker probe", name)
        names = [k for k in probe if k.startswith("unit ")]
        if names:
            text = ", ".join(f"{k.removeprefix('unit ')} {probe[k]['times chance']:.1f} ({probe[k]['95 %'][0]:.1f} to {probe[k]['95 %'][1]:.1f})" for k in names)
            row(f"units hide the speaker: {name}", "at most 2 times chance", text, all(probe[k]["times chance"] <= 2 for k in names), "measure_units.py")
    used, perplexity = figures.at("units", "codebook", "share used"), figures.at("units", "codebook", "perplexity")
    row("codebook is used, 1 h", "at least 80 %, perplexity over 800", MISSING if used is None else f"{100 * used:.0f} %, perplexity {perplexity:.0f}",
        None if used is None else used >= 0.8 and perplexity > 800, "measure_units.py")
    changed = figures.at("units", "disguised")
    row("units are stable", "edit distance under 25 %", MISSING if not changed else ", ".join(f"{k} {100 * v['edit distance']:.0f} %" for k, v in changed.items() if "later" not in k),
        None if not changed else all(v["edit distance"] < 0.25 for k, v in changed.items() if "later" not in k), "measure_units.py")
    same = figures.at("product", "same")
    if same:
        change = {label: 100 * max(same[label]["words"][k] - same["originals"]["words"][k] for k in same[label]["words"]) for label in same if "=" in label}
        row("the recorded voice kept (`--speaker same`): words", "at most 2 points above at neutral", ", ".join(f"{label.split('=')[1]} {p:+.1f}" for label, p in change.items()),
            change["pitch=normal"] <= 2, "../measure_product.py --only same")
        row("the recorded voice kept: whose voice, by MFCC statistics", f"as of the recordings, {same['originals']['recognised']} of {same['recordings']}", ", ".join(f"{label.split('=')[-1]} {x['recognised']}" for label, x in same.items() if "=" in label),
            all(x["recognised"] >= same["originals"]["recognised"] for label, x in same.items() if "=" in label), "../measure_product.py --only same")
    recall = figures.at("judge", "converted recall")
    by = figures.at("judge", "by intensity") or {}
    rising = {e: all(a["probability"] <= b["probability"] for a, b in zip([x[k] for k in sorted(x)], [x[k] for k in sorted(x)][1:])) for e, x in by.items()}
    belief = "; ".join(f"{e} " + " ".join(f"{x[k]['probability']:.2f}" for k in sorted(x)) for e, x in by.items())
    row("emotion is heard: neutral, happy, sad, angry", "at least 60 %, intensity monotone",
        MISSING if recall is None else f"{100 * recall:.0f} % (on other people's own speech {100 * figures.judge['human recall, other people']:.0f} %); belief at intensity 0, .25, .5, .75, 1: {belief}",
        None if recall is None else recall >= 0.6 and all(rising.values()), "judge.py")
    for kind in ("speaker vector", "MFCC statistics"):
        found = figures.at("sound", f"voice by {kind}")
        row(f"voice stays the same across emotions, by {kind}", "no confusion", MISSING if not found else
            f"{found['confusions']} confusions of {found['conversions']}; same voice {found['same voice']:.2f} (least {found['least']:.2f}), other {found['other voice']:.2f} (most {found['most']:.2f})",
            None if not found else found["confusions"] == 0, "measure_sound.py")
    mcd = {name: figures.at("sound", name, "MCD dB") for name in ("kathleen", "librispeech")}
    lsd = {name: figures.at("sound", name, "log-spectral distance dB") for name in mcd}
    f0 = {name: figures.at("sound", name, "F0 correlation, female") for name in mcd}
    row("reconstruction: mel-cepstral distortion", "under 5 dB", f"Kathleen {said(mcd['kathleen'])}, LibriSpeech {said(mcd['librispeech'])} (log-spectral distance {said(lsd['kathleen'], 1)} and {said(lsd['librispeech'], 1)} dB)",
        None if None in mcd.values() else max(mcd.values()) < 5, "measure_sound.py")
    row("F0 correlation, prosody carried to `female`", "over 0.9", f"Kathleen {said(f0['kathleen'])}, LibriSpeech {said(f0['librispeech'])}", None if None in f0.values() else min(f0.values()) > 0.9, "measure_sound.py")
    mandarin = figures.at("units", "phones", "Mandarin, pinyin with tones, training rows too", "pnmi")
    tones = figures.at("sound", "Mandarin tones")
    row("Mandarin (AISHELL)", "report", f"PNMI with pinyin phones {said(mandarin)}" + (f"; F0 of finals survives: height correlates {tones['height correlation']:.2f}, slope {tones['slope correlation']:.2f} ({tones['finals']} finals)" if tones else ""), None, "measure_units.py, measure_sound.py")
    speed = figures.at("product", "of real time")
    row("small and fast", "under 24 MiB, 0.05 of real time on one core", f"{megabytes:.1f} MiB, {said(speed, 3)} of real time", None if speed is None else megabytes < 24 and speed <= 0.05, "emova bench")
    return "\n".join(["| what | aim | measured | | by |", "|---|---|---|---|---|", *rows])


def words(figures):
    modes = ["original", "own", "female", "male"]
    lines = ["| development recordings | " + " | ".join(["original", "own voice", "to `female`", "to `male`"]) + " |", "|---|---|---|---|---|"]
    for name, title in SETS.items():
        count = figures.at("words", f"{name} original") or {}
        if count:
            lines.append(f"| {title}, {count['files']} files, {count['words']} words | " + " | ".join(said(figures.wer(name, mode), 3) for mode in modes) + " |")
    emotions = sorted({key.split("+")[1] for key in figures.words if "+" in key})
    found = [(name, voice, e) for name in SETS for voice in ("female", "male") for e in emotions if figures.wer(name, f"{voice}+{e}") is not None]
    if found:
        lines += ["", "With an emotion at intensity 1: " + "; ".join(f"{SETS[n].split(' (')[0].split(',')[0]} to `{v}` {e} {figures.wer(n, f'{v}+{e}'):.3f}" for n, v, e in found) + "."]
    return "\n".join(lines)


def product(figures):
    found = figures.product.get("words")
    if not found:
        return "Not measured for these weights: `training/measure_product.py` does."
    lines = ["| development recordings | originals | to `female` | to `male` | own voice |", "|---|---|---|---|---|"]
    for name in found.get("originals", {}):
        lines.append(f"| {name} | " + " | ".join(said(found.get(mode, {}).get(name), 3) for mode in ("originals", "female", "male", "own")) + " |")
    return "\n".join(lines)


def quality(figures, megabytes):
    result = {"mebibytes": round(megabytes, 2)}
    for key, value in figures.words.items():
        result["wer." + key.replace(" ", ".")] = round(value["wer"], 3)
    for key, path in {"pnmi": ("units", "phones", "human English", "pnmi"), "codebook.shareUsed": ("units", "codebook", "share used"),
                      "codebook.perplexity": ("units", "codebook", "perplexity"), "emotion.recall": ("judge", "converted recall"),
                      "mcdDb.kathleen": ("sound", "kathleen", "MCD dB"), "mcdDb.librispeech": ("sound", "librispeech", "MCD dB"),
                      "speakerProbe.timesChance": ("units", "speaker probe", "LibriSpeech, halves of one recording", "unit histogram, linear", "times chance"),
                      "ofRealTime": ("product", "of real time")}.items():
        value = figures.at(*path)
        if value is not None:
            result[key] = round(value, 3)
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work_dir", type=pathlib.Path)
    parser.add_argument("model_dir", type=pathlib.Path)
    arguments = parser.parse_args()
    figures = Figures(arguments.work_dir)
    megabytes = sum(p.stat().st_size for p in arguments.model_dir.glob("*.safetensors")) / 2**20
    text = TEMPLATE.read_text(encoding="utf-8")
    for name, value in {"table": table(figures, megabytes), "words": words(figures), "product": product(figures)}.items():
        text = text.replace("{{" + name + "}}", value)
    (arguments.model_dir / "MODEL_CARD.md").write_text(text, encoding="utf-8")
    (arguments.work_dir / "quality.json").write_text(json.dumps(quality(figures, megabytes), indent=1) + "\n")


if __name__ == "__main__":
    main()
