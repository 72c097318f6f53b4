"""
A service with many clients: mixed voices side by side against one by one, and what recalls wait for.

    python bench/service.py demo-mind --clients 16

Prints one JSON object: requests a second one by one and side by side, their ratio, and the median and the
95th percentile of a recall in seconds, alone and while all clients speak.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import tempfile
import threading
import time
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
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copytree(given.mind, Path(folder) / "mind"))
        with Mind.open(copy) as mind:
            mind.wake()
            print(json.dumps(measure(mind, given.clients, given.requests, given.seed)))


def measure(mind: Mind, clients: int, requests: int, seed: int) -> dict[str, float]:
    """Return the figures of *mind* with so many *clients*."""
    app = create_app(mind, Settings(workers=clients, waiting=4 * clients))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    styles = mind.bridge.runner.styles
    scenes = World().scenes(requests, seed)
    bodies = [
        {"scene": str(scene), "style": styles[number % len(styles)], "language": ("en", "ru")[number % 2]}
        for number, scene in enumerate(scenes)
    ]
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=600) as client:

        def speak(body: dict[str, str]) -> str:
            answer = client.post("/speak", json=body)
            answer.raise_for_status()
            return answer.json()["text"]

        def recall() -> float:
            begun = time.perf_counter()
            client.post("/recall", json={"text": "Oleg"}).raise_for_status()
            return time.perf_counter() - begun

        speak(bodies[0])
        alone = [recall() for _ in range(20)]
        begun = time.perf_counter()
        said = [speak(body) for body in bodies]
        one_by_one = time.perf_counter() - begun
        with ThreadPoolExecutor(clients + 1) as pool:
            begun = time.perf_counter()
            crowd = [pool.submit(speak, body) for body in bodies]
            meanwhile = [pool.submit(recall).result()]
            while not all(it.done() for it in crowd):
                meanwhile.append(recall())
            together = time.perf_counter() - begun
        same = sum(one == it.result() for one, it in zip(said, crowd, strict=True))
    server.should_exit = True
    thread.join()
    return {
        "clients": clients,
        "one_by_one": round(requests / one_by_one, 2),
        "side_by_side": round(requests / together, 2),
        "ratio": round(one_by_one / together, 2),
        "same_texts": same / requests,
        "recall_alone": round(statistics.median(alone), 4),
        "recall_meanwhile": round(statistics.median(meanwhile), 4),
        "recall_meanwhile_p95": round(sorted(meanwhile)[int(len(meanwhile) * 0.95)], 4),
        "seed": seed,
    }


if __name__ == "__main__":
    main()
