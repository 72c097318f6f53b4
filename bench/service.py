"""
A service with many clients: voices side by side and one by one, first tokens, and what recalls wait for.

    python bench/service.py demo-mind --clients 16

Prints one JSON object: requests a second one by one and side by side, their ratio, and the same in processor
time, which other work on the machine disturbs less; the time to the first piece of a stream; the median and
the 95th percentile of a recall in seconds, alone and while all clients speak. Rounds alternate, and the best
of each kind counts. Client and service share a process, so the processor time has both.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import uvicorn

from scenograph import Mind
from scenograph.service import Settings, create_app
from scenograph.world import World


def main() -> None:
    """Measure the mind that is named on the command line, on a copy."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mind", type=Path)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--requests", type=int, default=48)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--streams", type=int, default=8, help="clients that wait for a first token")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copytree(given.mind, Path(folder) / "mind"))
        with Mind.open(copy) as mind:
            mind.wake()
            print(json.dumps(measure(mind, given)))


def measure(mind: Mind, given: argparse.Namespace) -> dict[str, float]:
    """Return the figures of *mind*."""
    clients, requests = given.clients, given.requests
    app = create_app(mind, Settings(workers=clients, waiting=4 * clients))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    styles = mind.bridge.runner.styles
    limits = httpx.Limits(max_connections=None)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=600, limits=limits) as client:

        def bodies(round_: int) -> list[dict[str, str]]:
            """Other scenes in each round, so that nothing is known from the round before."""
            scenes = World().scenes(requests, given.seed + round_)
            return [
                {"scene": str(it), "style": styles[i % len(styles)], "language": ("en", "ru")[i % 2]}
                for i, it in enumerate(scenes)
            ]

        def speak(body: dict[str, str]) -> str:
            answer = client.post("/speak", json=body)
            answer.raise_for_status()
            return answer.json()["text"]

        def first(body: dict[str, str]) -> float:
            begun, found = time.perf_counter(), 0.0
            with client.stream("POST", "/speak/stream", json=body) as answer:
                for line in answer.iter_lines():
                    if line == "event: piece" and not found:
                        found = time.perf_counter() - begun
            return found

        def recall() -> float:
            begun = time.perf_counter()
            client.post("/recall", json={"text": "Oleg"}).raise_for_status()
            return time.perf_counter() - begun

        for body in bodies(99)[:4]:
            speak(body)
        alone = [recall() for _ in range(20)]
        one_by_one, together, same = [], [], 0
        for round_ in range(given.rounds):
            asked = bodies(round_)
            # Of two rounds each kind goes first once: the second one finds the scenes of the first.
            kinds = [1, clients] if round_ % 2 else [clients, 1]
            said: list[list[str]] = []
            for count in kinds:
                mind.bridge.carrier._prefixes.clear()
                with ThreadPoolExecutor(count) as pool:
                    cost, texts = timed(lambda pool=pool, asked=asked: list(pool.map(speak, asked)))
                (one_by_one if count == 1 else together).append(cost)
                said.append(texts)
            same += sum(one == other for one, other in zip(*said, strict=True))
        firsts: list[float] = []
        with ThreadPoolExecutor(given.streams) as pool:
            for round_ in range(given.rounds):
                firsts += pool.map(first, bodies(50 + round_))
        meanwhile: list[float] = []
        with ThreadPoolExecutor(clients) as pool:
            crowd = [pool.submit(speak, body) for body in bodies(70)]
            while not all(it.done() for it in crowd):
                meanwhile.append(recall())
    server.should_exit = True
    thread.join()
    (wall_1, cpu_1), (wall, cpu) = (map(min, zip(*costs, strict=True)) for costs in (one_by_one, together))
    return {
        "clients": clients,
        "one_by_one": round(requests / wall_1, 2),
        "side_by_side": round(requests / wall, 2),
        "ratio": round(wall_1 / wall, 2),
        "processor_ms_one_by_one": round(cpu_1 / requests * 1000, 1),
        "processor_ms_side_by_side": round(cpu / requests * 1000, 1),
        "processor_ratio": round(cpu_1 / cpu, 2),
        "same_texts": same / requests / given.rounds,
        "streams": given.streams,
        "first_token": round(statistics.median(firsts), 4),
        "first_token_p95": round(sorted(firsts)[int(len(firsts) * 0.95)], 4),
        "recall_alone": round(statistics.median(alone), 4),
        "recall_meanwhile": round(statistics.median(meanwhile), 4),
        "recall_meanwhile_p95": round(sorted(meanwhile)[int(len(meanwhile) * 0.95)], 4),
        "seed": given.seed,
    }


def timed(work: Callable[[], list[str]]) -> tuple[tuple[float, float], list[str]]:
    """Return the seconds that *work* takes, those of the processor, and what it returns."""
    begun, used = time.perf_counter(), time.process_time()
    found = work()
    return (time.perf_counter() - begun, time.process_time() - used), found


if __name__ == "__main__":
    main()
