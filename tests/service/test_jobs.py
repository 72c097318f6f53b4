"""Jobs: they tell how far they are, can be stopped, and fail in words."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

import httpx
import pytest

from scenograph import Mind
from scenograph.errors import StoreError
from scenograph.mind.namespace import OWN
from scenograph.service.errors import BusyError
from scenograph.service.jobs import ENDED, JobProgress, Jobs

DOCUMENT = "# Diary\n\n" + "\n\n".join(f"Maria bought {number} books." for number in range(2, 12))


def events(client: httpx.Client, job: str, **headers: str) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    with client.stream("GET", f"/jobs/{job}/events", headers=headers) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        name = ""
        for line in stream.iter_lines():
            key, _, value = line.partition(": ")
            if key == "event":
                name = value
            elif key == "data":
                found.append((name, json.loads(value)))
    return found


def test_a_document_is_remembered_with_events(new_client: httpx.Client) -> None:
    request = {"kind": "remember", "text": DOCUMENT, "source": "diary.md"}
    begun = new_client.post("/jobs", json=request)
    assert begun.status_code == 202
    job = begun.json()["id"]
    followed = events(new_client, job)
    progress = [data for name, data in followed if name == "progress"]
    assert [it["number"] for it in progress] == list(range(1, len(progress) + 1))
    assert progress[-1]["done"] == progress[-1]["total"] == len(DOCUMENT)
    name, end = followed[-1]
    assert (name, end["status"]) == ("end", "done")
    crystals = end["result"]["crystals"]
    assert len(crystals) == 11
    assert new_client.get(f"/crystals/{crystals[-1]}").json()["sources"][0]["source"] == "diary.md"
    later = events(new_client, job, **{"Last-Event-ID": str(len(progress))})
    assert [name for name, _ in later] == ["end"]
    assert new_client.get(f"/jobs/{job}").json()["result"] == end["result"]
    assert job in [it["id"] for it in new_client.get("/jobs").json()]


@pytest.mark.parametrize(
    ("request_", "field"), [({"kind": "consolidate"}, "gained"), ({"kind": "check"}, "problems")]
)
def test_memory_is_looked_after(new_client: httpx.Client, request_: dict[str, str], field: str) -> None:
    job = new_client.post("/jobs", json=request_).json()["id"]
    _, end = events(new_client, job)[-1]
    assert end["status"] == "done"
    assert field in end["result"]


def test_a_job_that_there_is_not(new_client: httpx.Client) -> None:
    for answer in (new_client.get("/jobs/x"), new_client.get("/jobs/x/events"), new_client.delete("/jobs/x")):
        assert (answer.status_code, answer.json()["error"]) == (404, "UnknownItemError")


def ended(jobs: Jobs, name: str) -> Any:
    end = time.monotonic() + 100
    while (job := jobs.get(name, OWN)).status not in ENDED:
        assert time.monotonic() < end
        time.sleep(0.01)
    return job


def test_a_job_stops_where_it_tells_how_far_it_is(new_mind: Mind) -> None:
    jobs = Jobs(new_mind, 5)
    begun = threading.Event()

    def work(_: Mind, progress: JobProgress) -> None:
        begun.set()
        while True:
            progress.advance()
            time.sleep(0.001)

    job = jobs.add("endless", work, OWN)
    waiting = jobs.add("endless", work, OWN)
    assert begun.wait(10)
    jobs.stop()
    assert (job.status, waiting.status) == ("stopped", "stopped")
    assert job.ended is not None
    assert len(job.events) <= 1000


def test_a_job_fails_in_words_and_the_next_one_is_done(new_mind: Mind) -> None:
    jobs = Jobs(new_mind, 5)

    def refused(_: Mind, progress: JobProgress) -> None:
        raise StoreError("the disk is full")

    def broken(_: Mind, progress: JobProgress) -> None:
        raise ValueError("a secret")

    first, second = jobs.add("a", refused, OWN), jobs.add("b", broken, OWN)
    third = jobs.add("c", lambda mind, progress: 7, OWN)
    assert ended(jobs, third.id).result == 7
    assert (first.status, first.problem and first.problem["detail"]) == ("failed", "the disk is full")
    assert second.status == "failed"
    assert "secret" not in str(second.described())
    jobs.stop()


def test_only_so_many_jobs_wait(new_mind: Mind) -> None:
    jobs = Jobs(new_mind, 2)
    go_on = threading.Event()
    for _ in range(3):
        jobs.add("slow", lambda mind, progress: go_on.wait(10), OWN)
    with pytest.raises(BusyError):
        jobs.add("slow", lambda mind, progress: None, OWN)
    go_on.set()
    jobs.stop()
