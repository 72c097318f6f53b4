"""Field sessions: what is held together is reasoned over, and released."""

from __future__ import annotations

import httpx
import pytest

from scenograph import Scene
from scenograph.mind.namespace import OWN
from scenograph.service.errors import BusyError, RequestError, UnknownItemError
from scenograph.service.held import MOST_SCENES, HeldFields

ANNA = '(m / mother :subject (a / entity :name "Anna") :poss (v / entity :name "Vera"))'
VERA = '(m / mother :subject (v / entity :name "Vera") :poss (o / entity :name "Oleg"))'
BORIS = '(f / father :subject (b / entity :name "Boris") :poss (v / entity :name "Vera"))'
ASKED = {"match": '(g / grandparent :subject ?who :poss (o / entity :name "Oleg"))', "why": True}


def answers(client: httpx.Client, field: str) -> dict[str, list[int]]:
    found = client.post(f"/fields/{field}/reason", json=ASKED).json()["answers"]
    return {Scene.parse(it["bindings"]["?who"]).links[0].target: it["scenes"] for it in found}  # type: ignore


def test_a_field_concludes_from_what_it_holds(new_client: httpx.Client) -> None:
    made = new_client.post("/fields", json={"scenes": f"{ANNA} {BORIS}"})
    assert made.status_code == 201
    field = made.json()["field"]
    assert [it["number"] for it in made.json()["scenes"]] == [0, 1]
    assert answers(new_client, field) == {}
    held = new_client.post(f"/fields/{field}/hold", json={"scenes": VERA}).json()
    assert [it["number"] for it in held["scenes"]] == [0, 1, 2]
    assert answers(new_client, field) == {'"Anna"': [0, 2], '"Boris"': [1, 2]}
    left = new_client.post(f"/fields/{field}/release", json={"scenes": [0]}).json()
    assert [it["number"] for it in left["scenes"]] == [1, 2]
    assert answers(new_client, field) == {'"Boris"': [1, 2]}
    assert new_client.delete(f"/fields/{field}").status_code == 204
    assert new_client.get(f"/fields/{field}").status_code == 404


def test_a_field_holds_what_memory_recalls(new_client: httpx.Client) -> None:
    crystal = new_client.post("/remember", json={"scene": ANNA}).json()[0]["crystal"]
    recalled = new_client.post("/fields", json={"text": "Anna", "k": 1}).json()["scenes"]
    by_number = new_client.post("/fields", json={"crystals": [crystal]}).json()["scenes"]
    assert [Scene.parse(it["scene"]) for it in recalled] == [Scene.parse(ANNA)]
    assert [it["scene"] for it in recalled] == [it["scene"] for it in by_number]


def test_fields_know_nothing_of_each_other(new_client: httpx.Client) -> None:
    one = new_client.post("/fields", json={"scenes": f"{ANNA} {VERA}"}).json()["field"]
    other = new_client.post("/fields", json={"scenes": VERA}).json()["field"]
    assert answers(new_client, one) == {'"Anna"': [0, 1]}
    assert answers(new_client, other) == {}


def test_what_is_not_held_cannot_be_released(new_client: httpx.Client) -> None:
    field = new_client.post("/fields", json={}).json()["field"]
    refused = new_client.post(f"/fields/{field}/release", json={"scenes": [5]})
    assert (refused.status_code, refused.json()["error"]) == (404, "UnknownItemError")


def test_a_field_that_nobody_uses_expires() -> None:
    now = 0.0
    fields = HeldFields(2, 60, lambda: now)
    one, other = fields.new(OWN), fields.new(OWN)
    with pytest.raises(BusyError):
        fields.new(OWN)
    now = 50.0
    assert fields.get(one.id, OWN) is one
    now = 70.0
    with pytest.raises(UnknownItemError):
        fields.get(other.id, OWN)
    assert fields.get(one.id, OWN) is one
    fields.new(OWN)


def test_a_field_has_a_size() -> None:
    field = HeldFields(1, 60).new(OWN)
    field.hold([Scene.parse("(a / b)")] * MOST_SCENES)
    with pytest.raises(RequestError):
        field.hold([Scene.parse("(a / b)")])
    assert len(field.scenes) == MOST_SCENES
