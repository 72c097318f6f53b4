"""The page in a real browser: what a person can see and do, by mouse, by keyboard and by screen reader."""

from __future__ import annotations

import re

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect
from service.browser import PHONE, Visits, chromium, needs_chromium, remembered, visits
from service.servers import served

from scenograph import Mind, Scene
from scenograph.mind import MindConfig, Workspace
from scenograph.service.keys import Keys

__all__ = ["chromium", "visits"]
pytestmark = needs_chromium

AXE = Axe()
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}


def test_what_is_said_is_remembered_and_answered_with_its_scenes(visits: Visits) -> None:
    visitor = visits()
    expect(visitor.page).to_have_title(re.compile("Conversation"))
    told = visitor.say("Maria works in Berlin.")
    expect(told.locator(".theirs")).to_contain_text("Maria works in Berlin.")
    expect(told.locator(".theirs")).to_contain_text("100% of the scene kept")
    tree = told.get_by_role("tree")
    expect(tree.get_by_role("treeitem", name="work; tense present")).to_be_visible()
    expect(tree.get_by_role("treeitem", name="in: Berlin, entity")).to_be_visible()
    asked = visitor.say("Where does Maria work?")
    expect(asked.locator(".answer")).to_have_text("In Berlin.")
    scenes = asked.get_by_role("tree")
    expect(scenes).to_have_count(2)
    expect(scenes.first).to_contain_text("?where")
    visitor.page.reload()
    expect(visitor.page.locator("article.turn")).to_have_count(2)
    visitor.page.get_by_role("button", name="New conversation").click()
    expect(visitor.page.locator("article.turn")).to_have_count(0)


def test_an_answer_says_why(visits: Visits) -> None:
    visitor = visits()
    visitor.say("Pavel lives in Riga.")
    turn = visitor.say("Where does Pavel live?")
    turn.get_by_role("button", name="Why?").click()
    why = turn.get_by_role("region", name="Why this answer")
    expect(why.locator("mark")).to_have_text("Riga")
    expect(why.get_by_role("link", name="Crystal").first).to_be_visible()
    expect(why.get_by_role("table")).to_contain_text('in "Riga"')
    expect(why.get_by_role("meter", name="structure")).to_be_visible()


def test_a_conclusion_shows_the_steps_of_its_proof(visits: Visits, client: httpx.Client) -> None:
    for whose, who in (("Vera", "Anna"), ("Oleg", "Vera")):
        remembered(
            client,
            scene=f'(m / mother :subject (a / entity :name "{who}") :poss (v / entity :name "{whose}") '
            ":tense present)",
        )
    answer = client.post("/ask", json={"question": "Who is Oleg's grandparent?"}).json()
    if not answer["findings"] or not answer["findings"][0]["proof"]:
        pytest.fail(f"the world's rules proved nothing: {answer['text']}")
    turn = visits(client).say("Who is Oleg's grandparent?")
    turn.get_by_role("button", name="Why?").click()
    steps = turn.locator(".proof li")
    expect(steps).to_have_count(len(answer["findings"][0]["proof"]["steps"]))
    expect(steps.first).to_contain_text("derived")
    expect(steps.last).to_contain_text("stated")


def test_a_scene_is_gone_through_by_keys_alone(visits: Visits) -> None:
    visitor = visits()
    turn = visitor.say("Anna gave the old book that she bought in Madrid to Oleg.")
    page = visitor.page
    tree = turn.get_by_role("tree")
    boxes = tree.get_by_role("treeitem")
    count = boxes.count()
    tree.locator('[tabindex="0"]').focus()
    page.keyboard.press("ArrowLeft")
    expect(boxes).to_have_count(1)
    expect(boxes.first).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("ArrowRight")
    expect(boxes).to_have_count(count)
    page.keyboard.press("ArrowRight")
    expect(boxes.nth(1)).to_be_focused()
    page.keyboard.press("End")
    expect(boxes.last).to_be_focused()
    page.keyboard.press("Home")
    expect(boxes.first).to_be_focused()
    page.keyboard.press("Space")
    expect(boxes).to_have_count(1)
    boxes.first.click()
    expect(boxes).to_have_count(count)
    expect(tree.locator('[tabindex="0"]')).to_have_count(1)


def tab_to(page: Page, wanted: Locator, key: str = "Tab") -> None:
    """Press *key* until *wanted* has the focus, as somebody without a mouse does."""
    for _ in range(40):
        page.keyboard.press(key)
        if wanted.evaluate("it => it === document.activeElement"):
            return
    pytest.fail(f"{wanted} cannot be reached with {key}")


def test_everything_is_reached_without_a_mouse(visits: Visits) -> None:
    page = visits().page
    expect(page.locator(".welcome")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    tab_to(page, page.locator("#say"))
    for text in ("Lena works in Turin.", "Where does Lena work?"):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
        expect(page.locator(".theirs").last).not_to_contain_text("…")
        expect(page.locator("#say")).to_be_focused()
    why = page.get_by_role("button", name="Why?")
    tab_to(page, why, "Shift+Tab")
    page.keyboard.press("Enter")
    crystal = page.get_by_role("region", name="Why this answer").get_by_role("link").first
    tab_to(page, crystal)
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    tab_to(page, page.get_by_role("link", name="Correct"))
    page.keyboard.press("Enter")
    words = page.get_by_label("Say it in other words")
    expect(words).to_be_visible()
    tab_to(page, words)
    page.keyboard.press("Control+a")
    page.keyboard.type("Lena works in Milan.")
    page.keyboard.press("Enter")
    save = page.get_by_role("button", name="Save the correction")
    expect(save).to_be_enabled()
    tab_to(page, save)
    page.keyboard.press("Enter")
    expect(page.locator("main.crystal .sentence")).to_have_text("Lena works in Milan.")
    tab_to(page, page.get_by_role("link", name="Memory", exact=True), "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Memory")).to_be_visible()


def test_a_long_word_breaks_on_a_phone(visits: Visits) -> None:
    page = (visitor := visits(viewport=PHONE)).page
    visitor.say(f"{'Rindfleisch' * 12} works in Berlin.")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_lexemes_unfold_where_they_are_pressed(visits: Visits, new_client: httpx.Client) -> None:
    # A lexeme in a lexeme; `b` is described outside of both and mentioned inside, `c` the other way round.
    scene = (
        '(k / know :agent (b / brother :poss (a / entity :name "Anna")) :about c '
        ':content (g / guess :agent (o / entity :name "Oleg") '
        ':content (h / have :agent (v / entity :name "Vera") :object (c / car :mod b) :tense present)))'
    )
    crystal = remembered(new_client, scene=scene)
    folded = new_client.post("/compress", json={"scene": scene}).json()["crystal"]
    assert "⟁" in folded
    visitor = visits()
    visitor.go(f"crystal/{crystal}")
    page = visitor.page
    page.get_by_role("button", name="Short form").click()
    lexemes = page.locator(".box.lexeme")
    expect(lexemes).to_have_count(folded.count("⟁"))
    lexemes.last.locator("> .head").click()
    expect(lexemes).to_have_count(folded.count("⟁") - 1)
    lexemes.first.locator("> .head").click()
    expect(lexemes).to_have_count(0)
    names = [it.text_content() for it in page.locator(".concept").all()]
    assert sorted(map(str, names)) == sorted(
        ["know", "brother", "Anna", "guess", "Oleg", "have", "Vera", "car", "brother", "car"]
    )
    expect(page.locator(".box.mention")).to_have_text(["brother↑", "car↑"])


def test_voices_are_switched_for_all_that_was_said(visits: Visits, client: httpx.Client) -> None:
    visitor = visits(client)
    turn = visitor.say("Anna sleeps in the forest.")
    with visitor.page.expect_request("**/batch") as sent:
        visitor.page.get_by_label("Voice").select_option("poet")
    spoken = sent.value.post_data_json["requests"]
    assert [(it["operation"], it["request"]["style"]) for it in spoken] == [("speak", "poet")]
    said = client.post("/speak", json=spoken[0]["request"]).json()
    expect(turn.locator(".theirs")).to_contain_text(said["text"])
    if said["fallback"]:
        expect(turn.locator(".theirs")).to_contain_text("said plainly")
    with visitor.page.expect_request("**/v1/chat/completions") as sent:
        visitor.say("Who sleeps in the forest?")
    assert sent.value.post_data_json["model"] == "scenograph:poet"


HTML = "<img src=x onerror=\"document.title='broken'\"> <script>document.title='broken'</script>"


@pytest.mark.parametrize("text", [f"{HTML} ⟁do ⟁say:poet Δ41 🜂", "a\u202eb \u2066c"], ids=["html", "hidden"])
def test_signs_of_html_and_commands_are_text(visits: Visits, new_client: httpx.Client, text: str) -> None:
    scene = str(Scene.parse('(s / say :content "x")')).replace('"x"', _quoted(text))
    crystal = remembered(new_client, scene=scene, source=text)
    remembered(new_client, text=f"{text} sleeps.", source=text)
    visitor = visits()
    page = visitor.page
    visitor.say(f"{text} sleeps in the garden.")
    visitor.go(f"crystal/{crystal}")
    expect(page.locator(".drawing")).to_contain_text(text if "\u202e" not in text else "a\\u202eb")
    page.get_by_role("button", name="Notation").click()
    visitor.go(f"crystal/{crystal}/edit")
    expect(page.locator(".drawing")).to_be_visible()
    visitor.go("memory")
    page.get_by_role("searchbox").fill(text)
    page.keyboard.press("Enter")
    expect(page.locator(".hits, main > p, .refusal").last).to_be_visible()
    visitor.go("map")
    expect(page.locator(".spot").first).to_be_visible()
    assert page.locator("main img, main script").count() == 0
    assert "broken" not in page.title()


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def test_a_key_is_asked_for_once_and_kept_in_the_tab(
    visits: Visits, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("locked") / "mind"
    Workspace.create(folder, MindConfig())
    token = Keys(folder).add("phone", ["read", "write"])
    reader = Keys(folder).add("reader", ["read"])
    with Mind.open(folder) as mind, served(mind) as client:
        visitor = visits(client)
        page = visitor.page
        expect(page.get_by_role("heading", name="A key is needed")).to_be_visible()
        check(page)
        page.get_by_label("Key").fill("sg-wrong")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("does not know this key")
        page.get_by_label("Key").fill(token)
        page.keyboard.press("Enter")
        visitor.say("Maria works in Berlin.")
        page.reload()
        expect(page.locator("article.turn")).to_have_count(1)
        assert page.evaluate("[localStorage.length, sessionStorage.getItem('scenograph.key')]")[1] == (
            f'"{token}"'
        )
        other = visits(client)
        other.page.get_by_label("Key").fill(reader)
        other.page.keyboard.press("Enter")
        refused = other.say("Anna works in Rome.")
        expect(refused.get_by_role("alert")).to_contain_text("this needs write")


def check(page: Page) -> None:
    """Find no fault by axe-core in what *page* shows."""
    found = AXE.run(page, options=RULES)
    faults = [(it["id"], [node["html"][:200] for node in it["nodes"]]) for it in found.response["violations"]]
    assert faults == []


SAID = {
    "en": ("Olga works in Paris. Ghfj kxzq the of.", "Where does Olga work?"),
    "ru": ("Ольга работает в Париже.", "Где работает Ольга?"),
}


@pytest.mark.parametrize(
    ("language", "more"),
    [
        ("en", {}),
        ("ru", {"viewport": PHONE, "color_scheme": "dark"}),
    ],
    ids=["en-desktop-light", "ru-phone-dark"],
)
def test_every_view_is_in_order_for_axe_and_fits_its_window(
    visits: Visits, new_client: httpx.Client, language: str, more: dict[str, object]
) -> None:
    crystal = remembered(new_client, text="Olga works in Paris.")
    visitor = visits(language=language, **more)
    page = visitor.page
    expect(page.locator(".welcome")).to_be_visible()

    def seen() -> None:
        check(page)
        sizes = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert sizes[0] <= sizes[1]
        assert page.evaluate("document.documentElement.lang") == language

    seen()
    for text in SAID[language]:
        turn = visitor.say(text)
    turn.locator(".about button").first.click()
    expect(turn.locator(".meter").first).to_be_visible()
    seen()
    visitor.go("memory")
    page.get_by_role("searchbox").fill("Olga")
    page.keyboard.press("Enter")
    page.locator(".hit button").first.click()
    seen()
    visitor.go(f"crystal/{crystal}")
    expect(page.locator(".drawing")).to_be_visible()
    seen()
    page.locator("button.danger").first.click()
    seen()
    page.keyboard.press("Escape")
    visitor.go(f"crystal/{crystal}/edit")
    page.locator("#notation").fill("(a / b :c (d")
    expect(page.locator(".check pre")).to_be_visible()
    seen()
    visitor.go("map")
    expect(page.locator(".spot").first).to_be_visible()
    seen()


def test_the_language_is_that_of_the_browser_and_can_be_switched(visits: Visits) -> None:
    visitor = visits(language="ru")
    page = visitor.page
    expect(page.get_by_role("button", name="Отправить")).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("button", name="Send")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Send")).to_be_visible()


def test_no_text_is_missing_in_a_language(visits: Visits) -> None:
    missing = visits().page.evaluate(
        """async () => {
            const { all } = await import("./page/texts.js");
            const { TEXTS, ALIKE } = all;
            const lacks = [];
            for (const [name, text] of Object.entries(TEXTS.en)) if (!(name in TEXTS.ru)) lacks.push(name);
            for (const name of Object.keys(TEXTS.ru)) if (!(name in TEXTS.en)) lacks.push(name);
            for (const name of ["PARTS", "CHANGES"])
                for (const key of Object.keys(ALIKE[name].en)) if (!(key in ALIKE[name].ru)) lacks.push(key);
            const forms = { en: ["one", "other"], ru: ["one", "few", "many", "other"] };
            for (const [language, texts] of Object.entries(TEXTS))
                for (const [name, text] of Object.entries(texts))
                    if (typeof text === "object" && !Array.isArray(text))
                        for (const form of forms[language])
                            if (!(form in text)) lacks.push(`${name}.${form}`);
            return lacks;
        }"""
    )
    assert missing == []


def test_a_service_that_has_gone_is_named(visits: Visits, new_mind: Mind) -> None:
    with served(new_mind) as client:
        visitor = visits(client)
        expect(visitor.page.locator("#say")).to_be_visible()
    turn = visitor.say("Is anybody there?")
    expect(turn.get_by_role("alert")).to_contain_text("The service does not answer")
