"""
Processes to be killed: forked from one that has loaded everything and opened nothing.

Starting Python and loading what memory needs takes a second; forking takes milliseconds, and a few hundred
processes are to be killed.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parents[1]
PATIENCE = 300  # seconds after which a process that hangs is ended


class Nursery:
    """Starts processes that do one of the tasks in `faults.tasks`."""

    def __init__(self) -> None:
        paths = [str(TESTS), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
        # One thread each: a process that has more of them must not be forked.
        lone = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115
        self._mother = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "faults.nursery"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            env={**os.environ, **lone, "PYTHONPATH": os.pathsep.join(paths)},
        )
        assert self._ask() == "ready", self.errors()

    def start(self, task: str, **options: Any) -> int:
        """Start a process that does *task*; return its id."""
        return int(self._ask({"task": task, "options": options}))

    def wait(self, process: int) -> int:
        """Wait until a process has ended; return its exit status, or minus the signal that ended it."""
        return int(self._ask({"wait": process}))

    def kill(self, process: int) -> bool:
        """Kill a process, as it does its task; return whether it was not done before."""
        os.kill(process, signal.SIGKILL)
        status = self.wait(process)
        assert status in (0, -signal.SIGKILL), self.errors()
        return status != 0

    def run(self, task: str, **options: Any) -> int:
        """Do *task* in a process of its own; return its exit status, or minus the signal that ended it."""
        return self.wait(self.start(task, **options))

    def errors(self) -> str:
        """What the processes have complained of since this was asked last."""
        self._errors.seek(0)
        said = self._errors.read().decode()
        self._errors.seek(0)
        self._errors.truncate()
        return said

    def close(self) -> None:
        """End it."""
        self._mother.communicate()
        self._errors.close()

    def _ask(self, question: object = None) -> str:
        assert self._mother.stdin is not None
        assert self._mother.stdout is not None
        if question is not None:
            self._mother.stdin.write(json.dumps(question) + "\n")
            self._mother.stdin.flush()
        return self._mother.stdout.readline().strip()


def _serve() -> None:
    from faults.tasks import TASKS, warm_up

    warm_up()
    print("ready", flush=True)
    for line in sys.stdin:
        match json.loads(line):
            case {"wait": process}:
                print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), flush=True)
            case {"task": task, "options": options}:
                process = os.fork()
                if not process:
                    _live(lambda: TASKS[task](**options))
                print(process, flush=True)


def _live(task: Any) -> None:
    """Do *task* in a process just forked, and end with it."""
    status = 1
    try:
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        os.dup2(nothing, 1)
        signal.alarm(PATIENCE)
        task()
        status = 0
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(status)


if __name__ == "__main__":
    _serve()
