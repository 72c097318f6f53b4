"""One dictionary serves all threads, and is loaded with the first Russian word only."""

import subprocess
import sys

PROGRAM = """
import sys, threading
from scenograph.morphology.lemmas import lemma
from scenograph.morphology.cuts import cut
from scenograph.morphology.russian import analyzer, noun

assert lemma("written") == "write"
assert "pymorphy3" not in sys.modules

found, start = [], threading.Barrier(8)

def work():
    start.wait()
    found.append((id(analyzer()), noun("мост", "ins"), cut("построила"), lemma("построила")))

threads = [threading.Thread(target=work) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert len(found) == 8
assert set(found) == {(id(analyzer()), "мостом", ("построи", "ла"), "построить")}, found
"""


def test_threads_share_one_dictionary() -> None:
    subprocess.run([sys.executable, "-W", "error", "-c", PROGRAM], check=True, timeout=60)
