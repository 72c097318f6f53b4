"""
The baseline on texts that people wrote: minds trained on a slice of WebNLG, measured on a slice of dev.

    python bench/webnlg.py path/to/webnlg [--languages en,ru] [--seconds S] [--examples N]

It types the commands that a person would, once per language (Russian dev scenes stand in English train, so
one mind for both would have seen its exam):

    scenograph init webnlg-mind/en --world 0 --long skip --seconds 600
    scenograph corpus add webnlg-mind/en webnlg/en/train/1triples webnlg/en/train/2triples ...
    scenograph train webnlg-mind/en --step memory
    scenograph eval webnlg-mind/en --corpus webnlg/en/dev/1triples ... --limit 100 --json

The nano carrier knows the bundled world only, and none of its weights are trained here: the numbers say how
far adapters alone take it. They are a baseline, not a claim.
"""

from __future__ import annotations

import argparse
import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "webnlg"
ROW = "{:<20}{:<6}{:>5}{:>9}{:>8}{:>8}{:>7}{:>8}{:>11}"


def scenograph(*words: str) -> str:
    """Type one command, show it, and return what it printed."""
    print(f"$ {shlex.join(['scenograph', *words])}", file=sys.stderr, flush=True)
    command = [sys.executable, "-c", "from scenograph.cli import main; main()", *words]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def measure(data: Path, mind: Path, sizes: list[str], seconds: float, examples: int) -> dict[str, Any]:
    """Train *mind* on the slices of *data* called *sizes*, if it is not there yet; measure it on dev."""
    if not (mind / "mind.toml").exists():
        scenograph("init", str(mind), "--world", "0", "--long", "skip", "--seconds", f"{seconds:g}")
        scenograph("corpus", "add", str(mind), *(str(data / "train" / size) for size in sizes))
    scenograph("train", str(mind), "--step", "memory")
    slices = [word for size in sizes for word in ("--corpus", str(data / "dev" / size))]
    return json.loads(scenograph("eval", str(mind), *slices, "--limit", str(examples), "--json"))


def main() -> None:
    """Train, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", nargs="?", type=Path, default=DATA, help="the folder with en/ and ru/")
    parser.add_argument("--minds", type=Path, default=Path("webnlg-mind"), help="where the minds go")
    parser.add_argument("--languages", default="en,ru")
    parser.add_argument(
        "--sizes", default="1triples,2triples,3triples", help="the slice: folders of train, dev"
    )
    parser.add_argument("--seconds", type=float, default=600, help="training time of each mind")
    parser.add_argument("--examples", type=int, default=100, help="dev examples of each size")
    asked = parser.parse_args()
    measured = {
        language: measure(
            asked.data / language,
            asked.minds / language,
            asked.sizes.split(","),
            asked.seconds,
            asked.examples,
        )
        for language in asked.languages.split(",")
    }
    print(ROW.format("dev slice", "lang", "n", "read F1", "exact", "drafts", "BLEU", "chrF++", "retention"))
    for result in measured.values():
        for path, languages in result["corpora"].items():
            if path == "held out":
                continue
            for language, it in languages.items():
                shares = [f"{it[name]:.3f}" for name in ("read_f1", "read_exact", "draft_f1")]
                scores = [f"{it[name]:.1f}" for name in ("bleu", "chrf")]
                slice_ = "/".join(Path(path).parts[-3:])
                print(
                    ROW.format(slice_, language, it["examples"], *shares, *scores, f"{it['retention']:.3f}")
                )


if __name__ == "__main__":
    main()
