"""The views of memory in a real browser: search, corrections, forgetting, the map."""

from __future__ import annotations

import re

import httpx
from playwright.sync_api import expect
from service.browser import Visits, chromium, needs_chromium, remembered, visits

__all__ = ["chromium", "visits"]
pytestmark = needs_chromium


def test_memory_is_searched_by_meaning_and_by_words(visits: Visits, new_client: httpx.Client) -> None:
    remembered(new_client, text="The lighthouse keeper repaired the lamp.", source="a diary")
    visitor = visits()
    visitor.go("memory")
    page = visitor.page
    page.get_by_role("searchbox").fill("who repaired the lamp")
    page.keyboard.press("Enter")
    hit = page.locator(".hit").first
    expect(hit).to_contain_text("The lighthouse keeper repaired the lamp.")
    expect(hit).to_contain_text("a diary")
    hit.get_by_role("button", name="Resonance").click()
    expect(hit.get_by_role("meter").first).to_be_visible()
    page.get_by_label("by exact words").check()
    page.get_by_role("searchbox").fill("xylophone")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text("Nothing was found.")).to_be_visible()


def test_each_namespace_has_a_page_of_its_own(visits: Visits, new_client: httpx.Client) -> None:
    visitor = visits()
    visitor.say("Tamara works in Minsk.")
    visitor.page.goto(f"{new_client.base_url}/?namespace=anna")
    expect(visitor.page.locator(".welcome")).to_be_visible()
    expect(visitor.say("Where does Tamara work?").locator(".answer")).to_have_text("I do not know.")
    found = new_client.get("/crystals", params={"words": "Tamara"}).json()
    assert len(found) == 1


def test_a_correction_teaches_the_memory(visits: Visits, new_client: httpx.Client) -> None:
    visitor = visits()
    page = visitor.page
    turn = visitor.say("Nina works in Oslo.")
    turn.get_by_role("link", name="Correct").click()
    notation = page.get_by_label("Notation")
    save = page.get_by_role("button", name="Save the correction")
    expect(page.locator("#check")).to_contain_text("Nothing is changed yet")
    expect(save).to_be_disabled()
    right = notation.input_value().replace("Oslo", "Bergen")
    notation.fill(right.removesuffix(")"))
    expect(page.locator("#check")).to_contain_text("line ")
    expect(notation).to_have_attribute("aria-invalid", "true")
    expect(save).to_be_disabled()
    notation.fill(right)
    expect(page.get_by_role("region", name="Preview")).to_contain_text("Nina works in Bergen.")
    save.click()
    expect(page.locator(".notice")).to_contain_text("Learned")
    expect(page.locator("main.crystal .sentence")).to_have_text("Nina works in Bergen.")
    assert new_client.post("/ask", json={"question": "Where does Nina work?"}).json()["text"] == "In Bergen."
    page.get_by_role("link", name="Conversation").click()
    expect(turn.get_by_role("tree")).to_contain_text("Bergen")
    expect(visitor.say("Where does Nina work?").locator(".answer")).to_have_text("In Bergen.")


def test_a_correction_can_be_said_in_words(visits: Visits, new_client: httpx.Client) -> None:
    crystal = remembered(new_client, text="Anna works in Kazan.")
    visitor = visits()
    visitor.go(f"crystal/{crystal}/edit")
    page = visitor.page
    page.get_by_label("Say it in other words").fill("Anna works in Omsk.")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Notation")).to_have_value(re.compile("Omsk"))
    page.get_by_role("button", name="Save the correction").click()
    expect(page.get_by_text(f"It replaces Crystal {crystal}")).to_be_visible()


def test_a_text_that_was_not_read_is_given_a_scene(visits: Visits, new_client: httpx.Client) -> None:
    visitor = visits()
    page = visitor.page
    turn = visitor.say("Le chat dort sur la table depuis hier.")
    expect(turn.locator(".theirs")).to_contain_text("Kept word for word")
    turn.get_by_role("link", name="Crystal").click()
    page.get_by_role("link", name="Give it a scene").click()
    page.get_by_label("Notation").fill('(s / sneeze :agent (e / entity :name "Qwer") :tense past)')
    page.get_by_role("button", name="Save the correction").click()
    expect(page.locator(".notice")).to_contain_text("The text stays")
    expect(page.locator("main.crystal .sentence")).to_have_text("Qwer sneezed.")
    assert new_client.post("/ask", json={"question": "Who sneezed?"}).json()["text"] == "Qwer."


def test_forgetting_asks_first(visits: Visits, new_client: httpx.Client) -> None:
    crystal = remembered(new_client, text="The password is swordfish.")
    visitor = visits()
    visitor.go(f"crystal/{crystal}")
    page = visitor.page
    page.get_by_role("button", name="Forget").click()
    page.get_by_role("button", name="Cancel").click()
    assert new_client.get(f"/crystals/{crystal}").status_code == 200
    page.get_by_role("button", name="Forget").click()
    page.get_by_role("dialog").get_by_role("button", name="Forget").click()
    expect(page.get_by_role("main")).to_contain_text(f"Crystal {crystal} is forgotten.")
    assert new_client.get(f"/crystals/{crystal}").status_code == 404


def test_the_map_leads_to_crystals_by_keys(visits: Visits, new_client: httpx.Client) -> None:
    for name in ("Ada", "Boris", "Clara", "Dmitri"):
        remembered(new_client, text=f"{name} sleeps in the garden.")
    visitor = visits()
    visitor.go("map")
    page = visitor.page
    spots = page.locator(".spot")
    expect(spots.first).to_be_visible()
    assert spots.count() == new_client.get("/map").json()["total"]
    first = page.locator('.spot[tabindex="0"]')
    first.focus()
    at = first.get_attribute("href")
    for key in ("ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
    moved = page.locator('.spot[tabindex="0"]')
    expect(moved).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Crystal")
    assert at
    expect(page.get_by_role("main")).to_be_focused()
