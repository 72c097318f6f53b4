"""The allocator of a service: threads share few heaps."""

from __future__ import annotations

import platform
import re
import subprocess
import sys

import pytest

SCRIPT = """
import ctypes, sys, threading
from scenograph.service.allocator import share_heaps

if sys.argv[1] == "shared":
    assert share_heaps()
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


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another allocator")
def test_threads_of_a_service_share_two_heaps() -> None:
    def heaps(how: str) -> int:
        command = [sys.executable, "-c", SCRIPT, how]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        return len(re.findall("<heap nr=", told))

    assert heaps("shared") <= 2 < heaps("each its own")
