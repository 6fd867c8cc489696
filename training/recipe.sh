#!/bin/bash
# Trains the lite model from scratch: data, tokenizer, vocoder, speakers, emotions, export, measurements.
# usage: recipe.sh DATA_DIR WORK_DIR MODEL_DIR [INTELLIGIBILITY_PY]
#   DATA_DIR   holds train/manifest.tsv and the audio that it names
#   WORK_DIR   gets everything that is made on the way (some 5 GB); steps whose result is there are not run again
#   MODEL_DIR  gets the model
#   INTELLIGIBILITY_PY  the word error rate tool; without it no words are counted
# PYTHON names the interpreter; TOKENIZER_MINUTES and VOCODER_MINUTES bound the two long steps.
set -euo pipefail
data=$(realpath "$1")
mkdir -p "$2" "$3"
work=$(realpath "$2")
model=$(realpath "$3")
recogniser=${4:+$(realpath "$4")}
here=$(dirname "$(realpath "$0")")/lite
python=${PYTHON:-python3}
export OMP_NUM_THREADS=1 # more threads than free cores make training many times slower

run() {
  echo "== $(date +%T) $*"
  "$python" "$here/$1.py" "${@:2}"
}

[ -s "$work/sentences.txt" ] || run sentences "$data" "$work"
[ -s "$work/synthetic/list.tsv" ] || run synthetic "$work"
[ -s "$work/human/list.json" ] || run human "$data" "$work"
run pitch "$work" synthetic human
[ -s "$work/corpus.pt" ] || run corpus "$work"
[ -s "$work/bootstrap.pt" ] || run train_tokenizer "$work" --synthetic-only --out bootstrap.pt --steps 1500
[ -s "$work/first.pt" ] || run train_tokenizer "$work" --start bootstrap.pt --out first.pt --steps 3000
[ -s "$work/tokenizer.pt" ] || run train_tokenizer "$work" --start first.pt --rate 1.1e-3 --realign 0 0.45 \
  --steps 25000 --minutes "${TOKENIZER_MINUTES:-60}"
[ -s "$work/vocoder.pt" ] || run train_vocoder "$work" --minutes "${VOCODER_MINUTES:-60}" --content 0.25 --content-from 0.25
run emotions "$work"
run export "$work" "$model"
run golden "$model" "$here/../golden"
run probe "$work" "$model" --json "$work/probe.json"
if [ -n "$recogniser" ]; then
  run evaluate "$recogniser" "$data" "$work" "$model" --json "$work/words.json"
fi
run package "$model" # last: it lists every file's hash
