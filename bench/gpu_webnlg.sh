#!/usr/bin/env bash
# WebNLG in both directions and both languages on one GPU, then the scores of all of dev.
#
#     bench/gpu_webnlg.sh CARRIER DATA RUN [OPTION ...]
#
# CARRIER is a GGUF file, a folder or a hub id of 0.5 B parameters or more that knows Russian (Qwen), DATA the
# folder with en/ and ru/. Each language is a run of its own: the Russian dev scenes stand in the English train
# part. The same command goes on with what was stopped. Options go to recipes/webnlg/webnlg.py, such as
# `--steps 20 --sample 8` for a trial; PYTHON names another interpreter.
set -euo pipefail
if [ $# -lt 3 ]; then
    sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2
    exit 2
fi
carrier=$1 data=$2 run=$3
shift 3
recipe=$(dirname "$0")/../recipes/webnlg/webnlg.py
python=${PYTHON:-python}
for language in en ru; do
    for action in train evaluate; do
        echo "== $language, $action"
        "$python" "$recipe" "$action" --carrier "$carrier" --data "$data" --run "$run/$language" \
            --language "$language" --size gpu --seed 0 "$@"
    done
done
