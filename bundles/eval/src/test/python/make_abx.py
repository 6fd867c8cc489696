"""Makes abx.json: stretches of features, and what the implementation of Libri-light and ZeroSpeech says of them.

python make_abx.py > ../resources/org/emova4j/eval/metric/abx.json

Needs zerospeech-libriabx==1.0.5 with torch and progressbar2.
"""
import contextlib, json, pathlib, sys, tempfile
import numpy as np
from libriabx.libri_light.eval_ABX import ABX, load_txt


def items(random):
    """Three phones in two contexts by three speakers, not all of them; speakers and phones differ in their means."""
    phones, speakers = random.normal(size=(3, 4)), 0.7 * random.normal(size=(3, 4))
    for s in range(3):
        for c in range(2):
            for p in range(3):
                for _ in range(random.integers(0, 4)):
                    frames = phones[p] + speakers[s] + 0.9 * random.normal(size=(random.integers(2, 7), 4))
                    yield {"phone": f"p{p}", "context": f"c{c}", "speaker": f"s{s}", "frames": frames.round(3).tolist()}


def main():
    made = list(items(np.random.default_rng(5)))
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(sys.stderr):
        lines, files = ["#file onset offset #phone prev next speaker"], []
        for i, item in enumerate(made):
            files.append((f"f{i}", f"{folder}/f{i}.txt"))
            np.savetxt(files[-1][1], item["frames"])
            lines.append(f"f{i} 0 {(len(item['frames']) + 1) / 100} {item['phone']} {item['context']} x {item['speaker']}")
        path = pathlib.Path(folder, "all.item")
        path.write_text("\n".join(lines) + "\n")
        scores = ABX(load_txt, path, files, "cosine", 100, ["within", "across"], max_x_across=1000, max_size_group=1000)
    json.dump({"made by": "zerospeech-libriabx 1.0.5", **scores, "items": made}, sys.stdout)


main()
