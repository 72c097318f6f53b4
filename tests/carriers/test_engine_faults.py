"""An engine in trouble: only who is at fault fails, and it ends before its process does."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import torch
from carriers.engines import COUNT, NAMES, SCENES, jobs, loras, until

from scenograph.bridge.forms import TextForm
from scenograph.carriers import LocalCarrier
from scenograph.carriers.protocol import Job
from scenograph.errors import BridgeError, CarrierError, LeftError
from scenograph.prompts import speak_prompt


class Faulty:
    """A constraint whose mask fails after some tokens."""

    budget, lark, schema = 12, None, None

    def __init__(self, after: int) -> None:
        self.left, self.was_cut = after, False

    def over(self, vocabulary: Any) -> Any:
        self.allowed = torch.ones(vocabulary.size, dtype=torch.bool)
        self.allowed[vocabulary.eos] = False
        return self

    def lark_over(self, vocabulary: Any) -> None: ...

    def forced(self) -> None: ...

    def mask(self) -> Any:
        if not self.left:
            raise BridgeError("no token can continue this scene")
        return self.allowed

    def advance(self, token: int) -> None:
        self.left -= 1


@pytest.mark.parametrize("after", [0, 3])
def test_only_who_is_at_fault_fails(carrier: LocalCarrier, alone: list[str], after: int) -> None:
    faulty = Job(jobs(1)[0].prompt, NAMES[1], Faulty(after))
    with ThreadPoolExecutor(2) as pool:
        good, bad = pool.submit(carrier.write, jobs(COUNT)), pool.submit(carrier.write, [faulty])
        with pytest.raises(BridgeError, match="no token can continue"):
            bad.result()
        assert [it.text for it in good.result()] == alone
    with pytest.raises(
        CarrierError, match=r"nano has no adapter 'decoder\.nobody'; it has scene_interpreter"
    ):
        carrier.write([Job(jobs(1)[0].prompt, "decoder.nobody", TextForm(9))])


def test_a_model_that_fails_fails_those_who_asked_and_then_goes_on(
    nano: LocalCarrier, alone: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    carrier = nano.with_adapters(loras(nano, 1))
    is_broken = True

    def fail(_module: Any, _args: Any) -> None:
        if is_broken:
            raise RuntimeError("out of memory")

    hook = carrier.module.register_forward_pre_hook(fail)
    try:
        with pytest.raises(RuntimeError, match="out of memory"):
            carrier.write(jobs(3))
        is_broken = False
        assert [it.text for it in carrier.write(jobs(COUNT))] == alone
    finally:
        hook.remove()


def test_the_thread_ends_when_there_is_nothing_more(
    nano: LocalCarrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scenograph.carriers.engine._LINGER", 0.01)
    carrier = nano.with_adapters(loras(nano, 1))
    carrier.write(jobs(2))
    until(lambda: carrier.engine._thread is None)
    assert len(carrier.write(jobs(2))) == 2
    assert carrier.write([]) == [] == carrier.score([])


def test_an_engine_that_is_ended_refuses_who_waits_and_begins_again(carrier: LocalCarrier) -> None:
    own = carrier.with_adapters(loras(carrier, 1))  # an engine of its own
    job = Job(speak_prompt(SCENES[0], "plain", "en").prompt, NAMES[1], TextForm(6))
    whole = own.write([job] * 40)
    failed: list[BaseException] = []

    def ask() -> None:
        try:
            own.write([job] * 400)
        except LeftError as error:
            failed.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    time.sleep(0.05)
    own.engine.end()
    thread.join(20)
    assert not thread.is_alive()
    assert "was ended" in str(failed[0])
    own.engine.end()  # nothing to end
    assert [it.text for it in own.write([job] * 40)] == [it.text for it in whole]


SCRIPT = """
import atexit, threading
atexit.register(lambda: print([it.name for it in threading.enumerate()]))  # the last to be called
from scenograph.bridge.forms import TextForm
from scenograph.carriers import load_carrier
from scenograph.carriers.protocol import Job
from scenograph.core import Scene
from scenograph.prompts import speak_prompt

scene = Scene.parse("(s / sleep :agent (d / dog))")
carrier = load_carrier("nano")
carrier.write([Job(speak_prompt(scene, "plain", "en").prompt, None, TextForm(6))])
"""


def test_a_process_that_has_written_ends_its_engine_first() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "['MainThread']", "")
