"""The allocator of a service: threads share few heaps, and what is free goes back to the system."""

from __future__ import annotations

import platform
import re
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another allocator")

HEAPS = """
import ctypes, sys, threading
from scenograph.service.allocator import settle

if sys.argv[1] == "settled":
    assert settle()
begun = threading.Barrier(8)

def work():
    begun.wait()  # so that all of them are there at once
    kept = [bytes(5000) for _ in range(100)]
    begun.wait()

threads = [threading.Thread(target=work) for _ in range(8)]
for it in threads:
    it.start()
for it in threads:
    it.join()
libc = ctypes.CDLL(None)
libc.fdopen.restype = ctypes.c_void_p
sys.stdout.flush()
out = libc.fdopen(1, b"w")
libc.malloc_info(0, ctypes.c_void_p(out))
libc.fflush(ctypes.c_void_p(out))
"""

PAGES = """
import sys, time
from contextlib import nullcontext
import psutil
from scenograph.service.allocator import giving_back, settle

def mib():
    return psutil.Process().memory_info().rss >> 20

settle()
with giving_back(0.05) if sys.argv[1] == "settled" else nullcontext():
    before = mib()
    blocks = [bytes([1]) * 20_000 for _ in range(5_000)]
    kept = blocks[::10]  # between them all is free
    del blocks
    time.sleep(1)
    print(mib() - before)
"""


def told(script: str, how: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", script, how], capture_output=True, text=True, check=True
    ).stdout


def test_threads_of_a_service_share_two_heaps() -> None:
    heaps = {how: len(re.findall("<heap nr=", told(HEAPS, how))) for how in ("settled", "as it is")}
    assert heaps["settled"] <= 2 < heaps["as it is"]


def test_free_pages_within_a_heap_go_back() -> None:
    grown = {how: int(told(PAGES, how)) for how in ("settled", "as it is")}
    assert grown["settled"] < 40 < grown["as it is"]
