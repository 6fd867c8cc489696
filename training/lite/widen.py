"""Spreads a trained tokenizer's codes over the codebook: what goes into the quantiser's bound is multiplied by a factor.

Codes that must agree under disguise crowd round the middle of each dimension, which leaves corners of the codebook empty (61 % of codes were used
in 1 h, perplexity 1,055). The order of values stays, so nothing is forgotten; a vocoder is trained afterwards and never sees the narrow codes. The
phone read-out of codes in the checkpoint no longer fits; that of features, which alignment and the vocoder's content loss use, is not touched.
"""

import argparse
import pathlib

import torch

from networks import Fsq


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work_dir", type=pathlib.Path)
    parser.add_argument("--start", default="narrow.pt", help="checkpoint, in the work folder")
    parser.add_argument("--out", default="tokenizer.pt")
    parser.add_argument("--factor", type=float, default=1.5)
    arguments = parser.parse_args()
    checkpoint = torch.load(arguments.work_dir / arguments.start, weights_only=False)
    for state, prefix in ((checkpoint["tokenizer"], "to_code."), (checkpoint["system"], "tokenizer.to_code.")):
        state[prefix + "weight"] = state[prefix + "weight"] * arguments.factor
        state[prefix + "bias"] = state[prefix + "bias"] * arguments.factor + Fsq.SHIFT * (arguments.factor - 1)
    torch.save(checkpoint, arguments.work_dir / arguments.out)


if __name__ == "__main__":
    main()
