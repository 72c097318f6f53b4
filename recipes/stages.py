"""
All stages of the reader of open text: `recipes/reader.py make`.

What prepares the training runs first, a stage on each core; a stage begins when all is made that it names.
Then all cores train the reader that ships: on all there is, and once more on what persons have annotated and
what is made of it. `times.json` in the folder of the run says which stages are done, and what each took. A
stage that is done is not done again; one that was stopped goes on.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Final, NamedTuple

from scenograph.errors import TrainingError
from scenograph.files import draft

HERE: Final = Path(__file__).parent
APART: Final = """
words: words.py --gguf QWEN --out RUN/words.npz
teacher: reader.py train --data UD --without ru_taiga ru_poetry ru_gsd --run RUN/teacher --carrier CARRIER
    --layers 3 --epochs 8 --threads 1 --unmeasured
base: reader.py train --data UD --without ru_gsd --run RUN/base --words RUN/words.npz
    --layers 3 --epochs 8 --threads 1 --unmeasured
Russian sentences: sentences.py --wiktionary WIKTIONARY --out RUN/ru.txt
Russian labels: reader.py label --run RUN/base --texts RUN/ru.txt --language ru --out RUN/ru.conllu
agreement: agree.py --labelled RUN/ru.conllu --out RUN/agreed.conllu
questions: questions.py --data UD --labelled RUN/agreed.conllu --out RUN/ru_asked.conllu
said in Russian: said.py --data UD --run RUN/base --treebanks ru_taiga ru_poetry --wordings 4 --out RUN/said
said in English: said.py --data UD --run RUN/base --treebanks en_ewt en_gum en_atis --wordings 1
    --out RUN/said
Russian judges: reader.py calibrate --data UD --run RUN/base --on en_ewt en_gum en_atis ru_gsd --unmeasured
English sentences: sentences.py --wordnet WORDNET --out RUN/en.txt
clauses: clauses.py --data UD --treebanks en_ewt en_gum ru_taiga ru_gsd --out RUN/clauses
    --untold Anna Zora Igor Peter Maria Boris Oleg Dmitri Clara John Mary Ivan
    Rome Madrid Paris London Omsk Kazan Berlin Porto
"""
TOGETHER: Final = """
English labels: reader.py label --run RUN/teacher --carrier CARRIER --threads 2
    --texts RUN/en.txt --language en --out RUN/en.conllu
reader: reader.py train --data UD --run RUN/reader --start RUN/base --layers 3 --epochs 3 --rate 0.0015
    --labelled RUN/en.conllu RUN/agreed.conllu RUN/ru_asked.conllu RUN/said/*.conllu RUN/clauses/*.conllu
    --unmeasured
again: reader.py train --data UD --run RUN/again --start RUN/reader --layers 3 --epochs 7 --rate 0.001
    --warmup 60 --labelled RUN/clauses/*.conllu RUN/ru_asked.conllu --unmeasured
judges: reader.py calibrate --data UD --run RUN/again --on en_ewt en_gum en_atis --like RUN/base --unmeasured
"""

log = logging.getLogger("stages")


class Stage(NamedTuple):
    """A script of this folder with its arguments."""

    name: str
    script: str
    arguments: list[str]

    @property
    def made(self) -> str:
        """What it makes: the file or folder after `--out`, or the run that it trains."""
        after = dict(pairwise(self.arguments))
        return after.get("--out") or (after["--run"] if "train" in self.arguments else "")

    def needs(self, other: Stage) -> bool:
        """Whether its command line names what *other*, another stage, makes, or something in it."""
        made = f"{other.made}/"
        return other.made not in ("", self.made) and any(f"{it}/".startswith(made) for it in self.arguments)

    def command(self, places: Mapping[str, Path]) -> list[str]:
        """
        Return the command line.

        Args:
            places: what stands for the words in capitals
        """
        found = [sys.executable, str(HERE / self.script)]
        for argument in self.arguments:
            first, _, rest = argument.partition("/")
            path = places[first] / rest if first in places else None
            if path and "*" in rest:
                found += sorted(map(str, path.parent.glob(path.name)))
            else:
                found.append(str(path or argument))
        return found


def stages(text: str) -> list[Stage]:
    """Return the stages that *text* has: a line each, `name: script arguments`; more lines are indented."""
    found: list[Stage] = []
    for line in text.strip().splitlines():
        if line.startswith(" "):
            found[-1].arguments.extend(line.split())
        else:
            name, _, command = line.partition(": ")
            script, *arguments = command.split()
            found.append(Stage(name, script, arguments))
    return found


class Times:
    """What each stage has taken, in seconds, and whether it is done; kept in a file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self.stages: dict[str, dict[str, float]] = {}
        if path.exists():
            self.stages = json.loads(path.read_text(encoding="utf-8"))

    def is_done(self, name: str) -> bool:
        """Whether the stage *name* is done."""
        return bool(self.stages.get(name, {}).get("done"))

    def add(self, name: str, seconds: float, *, done: bool) -> None:
        """Note that the stage *name* has taken *seconds* more."""
        with self._lock:
            before = self.stages.get(name, {}).get("seconds", 0.0)
            self.stages[name] = {"seconds": round(before + seconds, 1), "done": done}
            with draft(self._path) as unfinished:
                unfinished.write_text(json.dumps(self.stages, indent=1) + "\n", encoding="utf-8")


def run(
    todo: Sequence[Stage], places: Mapping[str, Path], times: Times, *, beside: int, threads: int
) -> None:
    """
    Run the stages of *todo* without those that are done; each begins when all is made that it names.

    Args:
        beside: how many may run at the same time
        threads: of each stage
    Raises:
        TrainingError: if one ends in an error, which it has printed itself; others that run come to their end
    """
    waiting = [stage for stage in todo if not times.is_done(stage.name)]
    running: dict[Future[None], Stage] = {}
    with ThreadPoolExecutor(beside) as pool:
        while waiting or running:
            unmade = [*waiting, *running.values()]
            ready = [stage for stage in waiting if not any(map(stage.needs, unmade))]
            for stage in ready[: beside - len(running)]:
                waiting.remove(stage)
                running[pool.submit(_run, stage, places, times, threads)] = stage
            for ended in wait(running, return_when=FIRST_COMPLETED).done:
                del running[ended]
                ended.result()


def _run(stage: Stage, places: Mapping[str, Path], times: Times, threads: int) -> None:
    """Run one stage, and note how long it takes."""
    log.info("%s", stage.name)
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads)}
    with subprocess.Popen(stage.command(places), env=environment) as child:
        code = None
        while code is None:
            began = monotonic()
            with suppress(subprocess.TimeoutExpired):
                code = child.wait(timeout=20)  # and note the time, for a run that is killed
            times.add(stage.name, monotonic() - began, done=code == 0)
    if code:
        raise TrainingError(f"{stage.name} ended with {code}; the same command goes on there")


def make(options: Namespace) -> None:
    """Make the reader from treebanks and models, all stages in order; the same command goes on."""
    places = {
        "UD": options.data,
        "RUN": options.run,
        "QWEN": options.qwen,
        "CARRIER": options.carrier,
        "WORDNET": options.wordnet,
        "WIKTIONARY": options.wiktionary,
    }
    for name, path in places.items():
        if name != "RUN" and not path.exists():  # said now, not when its stage begins
            raise TrainingError(f"{path} is not there; give the place of {name}, see --help")
    options.run.mkdir(parents=True, exist_ok=True)
    times = Times(options.run / "times.json")
    run(stages(APART), places, times, beside=options.threads, threads=1)
    run(stages(TOGETHER), places, times, beside=1, threads=options.threads)
    for name, row in times.stages.items():
        print(f"{row['seconds'] / 60:6.1f} min  {name}")
