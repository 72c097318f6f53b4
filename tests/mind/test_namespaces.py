"""Memories of many people in one mind: apart, opened when needed, forgotten in one step."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenograph import Mind, Scene
from scenograph.errors import MindError
from scenograph.mind import MindConfig, Workspace
from scenograph.mind.namespace import Namespace, NamespaceError
from scenograph.mind.namespaces import FOLDER, Namespaces

NAME = st.text(st.characters(exclude_characters="/", exclude_categories=["C", "Z"]), max_size=12)
NAMESPACE = st.builds(Namespace, NAME, NAME, NAME)
SECRET = "Zebedee hid the emerald under the mulberry tree."


@pytest.fixture
def mind(tmp_path: Path) -> Iterator[Mind]:
    Workspace.create(tmp_path / "mind", MindConfig())
    with Mind.open(tmp_path / "mind") as mind:
        yield mind


@given(NAMESPACE)
def test_a_namespace_is_written_and_read_back(namespace: Namespace) -> None:
    assert Namespace.parse(str(namespace)) == namespace
    assert Namespace.of_path(namespace.path) == namespace
    assert len(namespace.path.parts) == 3
    assert not any(part in ("", ".", "..") for part in namespace.path.parts)
    assert str(namespace.path).isascii()
    assert str(namespace.path) == str(namespace.path).lower()


@given(NAMESPACE, NAMESPACE)
def test_different_namespaces_have_different_folders(one: Namespace, other: Namespace) -> None:
    assert (one == other) == (one.path == other.path)
    assert one.covers(other) == (one.folder == other.path or one.folder in other.path.parents or not any(one))


def test_what_a_namespace_covers() -> None:
    anna, helper = Namespace("anna"), Namespace("anna", "helper")
    assert anna.covers(helper)
    assert anna.covers(Namespace("anna", "", "s1"))
    assert Namespace().covers(helper)
    assert not helper.covers(anna)
    assert not anna.covers(Namespace("annabel"))
    assert not Namespace("", "helper").covers(helper)


@pytest.mark.parametrize(
    "text", ["a/b/c/d", "a/", "/", "//", " a", "a\n", "\x00", "a" * 65, "\ud800", "a\u200b"]
)
def test_what_is_no_namespace_is_refused_in_words(text: str) -> None:
    with pytest.raises(NamespaceError, match="namespace"):
        Namespace.parse(text)


@pytest.mark.parametrize(
    "text", ["..", "../..", "%2e%2e", "CON", "Anna", "anna@example.com", "Анна/помощник"]
)
def test_any_name_stays_in_the_folder(mind: Mind, text: str) -> None:
    with mind.within(text) as within:
        within.remember(Scene.parse("(s / sleep)"))
    root = mind.workspace.folder / FOLDER
    [file] = mind.workspace.folder.rglob("namespaces/**/memory.db")
    assert len(file.relative_to(root).parts) == 4
    assert [str(it) for it in mind.namespaces()] == [text]


def test_letters_in_another_case_are_another_name(mind: Mind) -> None:
    with mind.within("anna") as small, mind.within("Anna") as large:
        small.remember(Scene.parse("(s / sleep)"))
        assert len(large.memory) == 0
    assert len({path.lower() for path in (str(Namespace("anna").path), str(Namespace("Anna").path))}) == 2


def test_looking_makes_no_file(mind: Mind) -> None:
    with mind.within("anna") as anna:
        assert anna.recall("anything") == []
        assert anna.ask("Where is Anna?").crystals == ()
        assert anna.memory.stats().crystals == 0
        assert anna.memory.history() == []
        assert anna.memory.contradictions() == []
    assert not (mind.workspace.folder / FOLDER).exists()
    assert mind.namespaces() == []


def test_a_mind_reaches_only_what_lies_in_its_namespace(mind: Mind) -> None:
    with mind.within("anna") as anna:
        with anna.within("anna/helper") as helper:
            helper.remember(Scene.parse("(s / sleep)"))
        for other in ("bob", "", "annabel"):
            with pytest.raises(MindError, match="does not lie in anna"):
                anna.within(other)
        with pytest.raises(MindError, match="does not lie in anna"):
            anna.forget_all("bob")
        assert anna.namespaces() == [Namespace("anna", "helper")]


def test_spellings_of_one_are_not_those_of_another(mind: Mind) -> None:
    with mind.within("anna") as anna, mind.within("bob") as bob:
        anna.remember(Scene.parse('(x / spelling :latin "Sofja" :cyrillic "Софья")'))
        anna.remember(Scene.parse('(s / sleep :agent (e / entity :name "Zulgrad"))'))
        assert anna._parts.names.pairs() == {"Sofja": "Софья"}
        assert anna._parts.names.has("Zulgrad")
        for other in (bob, mind):
            assert other._parts.names.pairs() == {}
            assert not other._parts.names.has("Zulgrad")


def test_a_namespace_is_forgotten_in_one_step(mind: Mind) -> None:
    for name in ("anna", "anna/helper", "anna//s1", "bob", "annabel"):
        with mind.within(name) as within:
            within.remember(SECRET if name.split("/")[0] == "anna" else "Bob works in Rome.")
    root = mind.workspace.folder / FOLDER
    held = [open(path, "rb") for path in root.rglob("anna/**/memory.db")]  # noqa: SIM115  (closed below)
    assert len(held) == 3
    gone = mind.forget_all("anna")
    assert [str(it) for it in gone] == ["anna", "anna//s1", "anna/helper"]
    assert [str(it) for it in mind.namespaces()] == ["annabel", "bob"]
    assert {path.name for path in root.iterdir()} == {"annabel", "bob"}
    for file in held:
        with file:
            assert not file.read().strip(b"\0")
    for path in mind.workspace.folder.rglob("*"):
        assert not path.is_file() or b"emerald" not in path.read_bytes()
    with mind.within("anna") as anna:
        assert anna.recall("emerald") == []
    assert mind.forget_all("nobody") == []
    with pytest.raises(MindError, match="own memory is no namespace"):
        mind.forget_all("")


def test_forgetting_waits_for_those_at_work(mind: Mind) -> None:
    begun, ended = threading.Event(), []
    with mind.within("anna") as anna:
        anna.remember(Scene.parse("(s / sleep)"))
        thread = threading.Thread(target=lambda: (begun.set(), ended.append(mind.forget_all("anna"))))
        thread.start()
        begun.wait()
        thread.join(0.1)
        assert not ended
        assert len(anna.memory) == 1
    thread.join()
    assert ended == [[Namespace("anna")]]


def test_what_another_process_forgot_is_seen_at_once(mind: Mind) -> None:
    with mind.within("anna") as anna:
        anna.remember(Scene.parse("(s / sleep)"))
    with Mind.open(mind.workspace.folder) as other:
        other.forget_all("anna")
        with mind.within("anna") as anna:
            assert len(anna.memory) == 0
            anna.remember(Scene.parse("(w / walk)"))
        with other.within("anna") as again:
            assert len(again.memory) == 1
            other_sees = again.recall(Scene.parse("(w / walk)"))
    assert len(other_sees) == 1


def test_what_a_killed_process_left_is_removed(mind: Mind) -> None:
    left = mind.workspace.folder / FOLDER / ".forgotten-00" / "%" / "%"
    left.mkdir(parents=True)
    (left / "memory.db").write_text("secret")
    assert mind.namespaces() == []
    mind.forget_all("nobody")
    assert not left.parent.parent.exists()


def test_only_some_stay_open(mind: Mind) -> None:
    pool = Namespaces(mind.workspace.folder, mind._parts.within, most=3)
    for number in range(8):
        with pool.use(Namespace(f"user{number}")) as parts:
            parts.made().remember(Scene.parse(f"(s / sleep :agent user{number})"))
    assert len(pool._open) == 3
    with pool.use(Namespace("user0")) as parts:
        assert len(parts.memory) == 1
    pool.close()
    assert len(pool.all()) == 8


def test_many_threads_share_a_namespace(mind: Mind) -> None:
    def work(number: int) -> None:
        with mind.within(f"user{number % 3}") as within:
            within.remember(Scene.parse(f"(s / sleep :agent person{number})"))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for user in range(3):
        with mind.within(f"user{user}") as within:
            assert len(within.memory) == 4


def test_a_mind_is_opened_in_a_namespace(mind: Mind) -> None:
    with Mind.open(mind.workspace.folder, namespace="anna/helper") as helper:
        helper.remember(Scene.parse("(s / sleep)"))
        assert helper.namespace == Namespace("anna", "helper")
    assert len(mind.memory) == 0
    with Mind.open(mind.workspace.folder, namespace="anna/helper", read_only=True) as helper:
        assert len(helper.memory) == 1
        with pytest.raises(MindError, match="reading only"):
            helper.forget_all("anna/helper")
