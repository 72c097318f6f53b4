"""
A service under load from outside its process: what it answers, the memory it takes, and that nothing it said
it had stored is missing at the end.

    python bench/load.py demo-mind --minutes 30
    python bench/load.py demo-mind --minutes 10 --kill-clients
    python bench/load.py demo-mind --minutes 10 --kill-server 60
    python bench/load.py demo-mind --minutes 10 --full-disk

A copy of the mind is served to this machine alone. Some clients, each a process (`load_client.py`), use every
door of it, one request at a time, until the time is over. What a client stores it also forgets, so that the
memory holds about as much all the time. `--kill-clients` kills a client every few seconds and starts another;
`--kill-server` kills the service itself (SIGKILL) every so many seconds, and starts it again; `--full-disk`
puts the mind on a small file system of its own, which is full half of the time.

Prints one JSON object: answers by status, those of 500 and more by door, the resident memory of the service
each ten seconds with its growth after the first third, and what is missing: things that were acknowledged as
stored, are not to be forgotten, and are not there when the memory is opened anew. It ends with 1 if anything
is missing or the memory is damaged, or if the service has failed.

The first third is the warm-up: doors are used for the first time, and caches that have bounds fill. Memory is
*flat* if after it, from the first to the last quarter of what is left, the median grows by 2 % at most; that
can be said of twenty minutes and more.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import psutil

from scenograph import Mind

CLIENT = Path(__file__).with_name("load_client.py")
NAMESPACES = ("", "anna", "", "bob/helper")
"""Whose memory each client uses, in turn."""

DISK = 48 << 20
"""Bytes of the small file system that the mind does not need."""

FLAT = 0.02
"""The share by which memory that is flat grows at most."""

FULL, FREE = 10.0, 10.0
"""Seconds for which the small file system is full, and for which it is not."""


class Server:
    """A real `scenograph serve` of the mind in *folder*, on a port that it keeps when it starts again."""

    def __init__(self, folder: Path, log: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._command = [sys.executable, "-m", "scenograph", "serve", str(folder), "--port", str(self.port)]
        self._log = log.open("ab")
        self.failures: list[str] = []
        self.start()

    def start(self) -> None:
        """Start it, and wait until it is ready."""
        self.process = subprocess.Popen(
            self._command, stdout=subprocess.DEVNULL, stderr=self._log, start_new_session=True
        )
        ends = time.monotonic() + 120
        while time.monotonic() < ends:
            if self.process.poll() is not None:
                raise RuntimeError(f"the service ended with {self.process.returncode}; see its log")
            try:
                httpx.get(f"{self.url}/readyz", timeout=60).raise_for_status()
                return
            except httpx.HTTPError:
                time.sleep(0.1)
        raise RuntimeError("the service was not ready in two minutes")

    def kill(self) -> None:
        self._see()
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """Stop it as a person would."""
        self._see()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=150)
        self._log.close()

    def sample(self) -> tuple[float, int, int]:
        """Return the resident memory in MiB, the threads and the open files."""
        process = psutil.Process(self.process.pid)
        return process.memory_info().rss / 2**20, process.num_threads(), process.num_fds()

    def _see(self) -> None:
        """Note what it counted as failed, which a client that has gone would not tell."""
        if self.process.poll() is not None:
            self.failures.append(f"the service ended by itself with {self.process.returncode}")
            return
        lines = httpx.get(f"{self.url}/metrics", timeout=60).text.splitlines()
        self.failures += [
            it for it in lines if it.startswith("scenograph_requests_total") and 'status="5' in it
        ]


class Crowd:
    """The clients: as many processes as are asked for, and their ledgers."""

    def __init__(self, url: str, folder: Path, count: int, ends: float, keep: int, seed: int) -> None:
        self.url, self.folder, self.ends, self.keep, self.seed = url, folder, ends, keep, seed
        self.ledgers: dict[Path, str] = {}
        self.living = [self._start() for _ in range(count)]

    def _start(self) -> tuple[Path, subprocess.Popen[bytes]]:
        number = len(self.ledgers) + 1
        ledger = self.folder / f"{number}.jsonl"
        self.ledgers[ledger] = namespace = NAMESPACES[number % len(NAMESPACES)]
        seconds = max(0.0, self.ends - time.monotonic())
        about = [
            "--number",
            str(1000 * self.seed + number),
            "--keep",
            str(self.keep),
            "--namespace",
            namespace,
        ]
        command = [sys.executable, str(CLIENT), self.url, str(ledger), "--seconds", str(seconds), *about]
        return ledger, subprocess.Popen(command)

    def kill_one(self, rng: random.Random) -> bool:
        """Kill a client that has been answered something, and start another; return whether there was one."""
        begun = [place for place, (ledger, _) in enumerate(self.living) if ledger.exists()]
        begun = [place for place in begun if self.living[place][0].stat().st_size]
        if not begun:
            return False
        place = rng.choice(begun)
        self.living[place][1].kill()
        self.living[place][1].wait()
        self.living[place] = self._start()
        return True

    def wait(self) -> list[int | None]:
        """Wait until all have ended, and return how; None for one that has not after three minutes."""
        ends = time.monotonic() + 180
        codes: list[int | None] = []
        for _, process in self.living:
            try:
                codes.append(process.wait(timeout=max(0.1, ends - time.monotonic())))
            except subprocess.TimeoutExpired:
                process.kill()
                codes.append(None)
        return codes

    def last(self, place: int) -> str:
        """Return at which door the client at *place* is, or was."""
        lines = map(json.loads, self.living[place][0].read_text().split("\n")[:-1])
        return [it[1] for it in lines if it[0] == "doing"][-1]

    def lines(self) -> list[tuple[str, list[Any]]]:
        """Return all whole lines of the ledgers, each with its namespace."""
        found: list[tuple[str, list[Any]]] = []
        for ledger, namespace in self.ledgers.items():
            text = ledger.read_text() if ledger.exists() else ""
            found += [(namespace, json.loads(line)) for line in text.split("\n")[:-1]]
        return found


def measure(folder: Path, given: argparse.Namespace) -> dict[str, Any]:
    """Serve the mind in *folder*, a copy, under load; return the figures."""
    with tempfile.TemporaryDirectory() as scratch:
        log = Path(scratch) / "log"
        server = Server(folder, log)
        begun = time.monotonic()
        ends = begun + 60 * given.minutes
        crowd = Crowd(server.url, Path(scratch), given.clients, ends, given.keep, given.seed)
        try:
            samples, kills = _pass(server, crowd, folder, ends, given)
            codes = crowd.wait()
            server.stop()
        except BaseException:
            for process in (*(it for _, it in crowd.living), server.process):
                process.kill()
            sys.stderr.write(log.read_text())
            raise
        answers = [line for _, line in crowd.lines() if line[0] == "answer"]
        missing, problems, stored = _examine(folder, crowd.lines())
        return {
            "minutes": given.minutes,
            "clients": len(crowd.ledgers),
            "answers": len(answers),
            "by_status": dict(sorted(Counter(str(it[2]) for it in answers).items())),
            "failed": dict(Counter(f"{it[1]} {it[2]}: {it[4][:160]}" for it in answers if it[2] >= 500)),
            "failed_by_its_own_count": server.failures,
            "kills": kills,
            "median_s": round(statistics.median(it[3] for it in answers), 4),
            "slowest_s": max(it[3] for it in answers),
            "acknowledged": stored,
            "missing": missing,
            "problems": problems,
            "client_codes": codes,
            "stuck_at": [crowd.last(place) for place, code in enumerate(codes) if code is None],
            **_growth(samples),
            "log": log.read_text()[-2000:],
            "seed": given.seed,
        }


def _pass(
    server: Server, crowd: Crowd, folder: Path, ends: float, given: argparse.Namespace
) -> tuple[list[tuple[float, ...]], int]:
    """Let the time pass, with what is to happen in it; return the samples and how many were killed."""
    rng = random.Random(given.seed)
    begun = time.monotonic()
    samples: list[tuple[float, ...]] = []
    next_sample, next_client, next_server = begun, begun + 3, begun + (given.kill_server or 0)
    kills, ballast = 0, folder.parent / "ballast"
    while (now := time.monotonic()) < ends:
        if now >= next_sample:
            samples.append((now - begun, *server.sample()))
            next_sample += given.every
        if given.kill_clients and now >= next_client and ends - now > 5:
            kills += crowd.kill_one(rng)
            next_client = now + rng.uniform(1, 5)
        if given.kill_server and now >= next_server:
            server.kill()
            server.start()
            kills += 1
            next_server = time.monotonic() + rng.uniform(0.5, 1.5) * given.kill_server
        if given.full_disk:
            is_full = (now - begun) % (FULL + FREE) < FULL
            if is_full:
                _fill(ballast)
            else:
                ballast.unlink(missing_ok=True)
        time.sleep(0.1)
    ballast.unlink(missing_ok=True)
    return samples, kills


def _fill(ballast: Path) -> None:
    """Take all that is free on the disk."""
    with ballast.open("ab", buffering=0) as file:
        for block in (1 << 16, 1 << 12):
            try:
                while True:
                    file.write(bytes(block))
            except OSError:
                continue


def _examine(folder: Path, lines: Sequence[tuple[str, list[Any]]]) -> tuple[list[Any], list[str], int]:
    """Open the memory anew; return what is missing, what is wrong, and how many things must be there."""
    forgotten: set[tuple[str, str | int]] = set()
    for namespace, line in lines:
        if line[0] == "forgetting":
            forgotten |= {(namespace, it) for it in (line[1], *line[2])}
    told: dict[str, set[tuple[str, str | None]]] = {}
    for namespace, line in lines:
        if line[0] != "told":
            continue
        name = f"chat {line[2]}" if line[1] == "chat" else line[1]
        # Two texts that are read alike share a crystal, which is forgotten for both.
        if not forgotten & {(namespace, it) for it in (name, *line[3])}:
            told.setdefault(namespace, set()).add((line[1], line[2]))
    missing: list[Any] = []
    problems: list[str] = []
    with Mind.open(folder) as mind:
        for namespace, things in told.items():
            with mind.within(namespace) as within:
                memory = within.memory
                problems += memory.check()
                held: set[tuple[str | None, str | None]] = {(it.source, it.text) for it in memory.unread()}
                for crystal in memory:
                    held |= {(it.source, it.text) for it in crystal.sources}
                held |= {(source, None) for source, _ in held}
                missing += [[namespace, *it] for it in things if it not in held]
    return missing, problems, sum(map(len, told.values()))


def _growth(samples: Sequence[tuple[float, ...]]) -> dict[str, Any]:
    """Return what the samples say of resident memory, threads and files."""
    mib = [it[1] for it in samples]
    late = samples[len(samples) // 3 :]
    found: dict[str, Any] = {
        "mib": [round(it) for it in mib],
        "threads": max(it[2] for it in samples),
        "files": max(it[3] for it in samples),
    }
    if len(late) > 2:
        slope = statistics.linear_regression([it[0] for it in late], [it[1] for it in late]).slope
        last = samples[2 * len(samples) // 3 :]
        latest = statistics.linear_regression([it[0] for it in last], [it[1] for it in last]).slope
        quarter = max(len(late) // 4, 1)
        begun, ended = (statistics.median(it[1] for it in part) for part in (late[:quarter], late[-quarter:]))
        found |= {
            "mib_an_hour": round(slope * 3600, 1),
            "mib_an_hour_at_last": round(latest * 3600, 1),
            "after_warm_up_mib": round(begun, 1),
            "at_last_mib": round(ended, 1),
            "grown": round(ended / begun - 1, 4),
            "is_flat": ended <= (1 + FLAT) * begun if samples[-1][0] >= 1100 else None,
        }
    return found


def parsed(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("mind", type=Path)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--keep", type=int, default=50, help="things of each client that stay stored")
    parser.add_argument("--every", type=float, default=10.0, help="seconds between two samples")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kill-clients", action="store_true")
    parser.add_argument("--kill-server", type=float, metavar="SECONDS", help="about so often")
    parser.add_argument("--full-disk", action="store_true")
    parser.add_argument("--disk", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def on_small_disk(given: argparse.Namespace) -> None:
    """Run this script once more, with a small file system that only it sees."""
    size = sum(it.stat().st_size for it in given.mind.rglob("*") if it.is_file())
    with tempfile.TemporaryDirectory() as disk:
        mount = f"mount -t tmpfs -o size={size + DISK} tmpfs {disk}"
        command = f'{mount} && exec "$@"'
        again = ["sh", "-c", command, "sh", sys.executable, *sys.argv, "--disk", disk]
        done = subprocess.run(["unshare", "--mount", "--map-root-user", *again])
    raise SystemExit(done.returncode)


def main() -> None:
    given = parsed()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    if given.full_disk and given.disk is None:
        on_small_disk(given)
    with tempfile.TemporaryDirectory(dir=given.disk) as folder:
        found = measure(Path(shutil.copytree(given.mind, Path(folder) / "mind")), given)
    print(json.dumps(found, ensure_ascii=False))
    is_failed = found["missing"] or found["problems"] or found["client_codes"] != [0] * given.clients
    raise SystemExit(bool(is_failed or (found["failed"] and not given.full_disk)))


if __name__ == "__main__":
    main()
