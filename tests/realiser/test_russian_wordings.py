"""Wordings of Russian: each choice shows its sentence."""

from __future__ import annotations

import pytest

from scenograph.core import Scene
from scenograph.realiser import PLAIN, Wording, say

RUSSIAN = [
    ("(у / уйти :agent (о / он) :time XXXX-03-08 :tense past)",
     {"times": "first"}, "8 марта он ушёл."),
    ("(ж / жить :agent (о / он) :time 1828 :in (г / город) :tense past)",
     {"times": "last"}, "Он жил в городе в 1828 году."),
    ("(н / найти :agent (о / он) :object (г / гриб) :time 1828 :tense past)",
     {"times": "early"}, "Он нашёл в 1828 году гриб."),
    ("(у / умереть :agent (о / он) :time 1828-03-08 :tense past)",
     {"times": "first"}, "8 марта 1828 года он умер."),
    ("(у / уйти :agent (о / он) :in (л / лес) :manner (б / быстро) :tense past)",
     {"adverbs": "last"}, "Он ушёл быстро в лесу."),
    ("(у / уйти :agent (о / он) :manner (б / быстро) :tense past)",
     {"adverbs": "first"}, "Быстро он ушёл."),
    ("(н / небосвод :object-of (о / осквернить :agent (р / робот)))",
     {"relatives": "which"}, "Небосвод, который робот осквернил."),
    ("(н / небосвод :object-of (о / осквернить :agent (р / робот)))",
     {"relatives": "before"}, "Осквернённый роботом небосвод."),
    ("(ж / жить :agent (о / он) :in (г / город) :with (о2 / она) :tense past)",
     {"places": "first"}, "В городе с ней он жил."),
    ("(ж / жить :agent (о / он) :in (г / город) :with (о2 / она) :tense past)",
     {"places": "split"}, "В городе он жил с ней."),
    ("(ж / жить :agent (о / он) :in (г / город) :with (о2 / она) :tense past)",
     {"late": "turned"}, "Он жил с ней в городе."),
    ("(н / найти :agent (о / он) :object (г / гриб) :in (л / лес) :tense past)",
     {"places": "early"}, "Он нашёл в лесу гриб."),
    ("(м / мочь :agent (о / он) :content (ж / жить :agent о) :in (г / город) :tense past)",
     {"places": "last"}, "Он мог в городе жить."),
    ("(п / прийти :agent (з / зима) :tense past)",
     {"order": "verb"}, "Пришла зима."),
    ("(б / быть :subject (я / язык :quant 2) :in (e / entity :name \"Мали\") :tense present)",
     {"order": "subject"}, "Два языка есть в Мали."),
    ("(н / написать :agent (e / entity :name \"Олег\") :object (к / книга) :tense past)",
     {"order": "object"}, "Книгу написал Олег."),
    ("(с / столица :subject (e / entity :name \"Москва\") :of (e2 / entity :name \"Россия\") :tense "
     "present)",
     {"order": "object"}, "Столица России — Москва."),
    ("(о / открыть :object (с / станция) :tense past)",
     {"voice": "active"}, "Открыли станцию."),
    ("(н / написать :agent (e / entity :name \"Олег\") :object (к / книга) :tense past)",
     {"voice": "passive"}, "Книга написана Олегом."),
    ("(п / прийти :agent (e / entity :name \"Олег\" :aside (з / звать :object (о / он) :manner так "
     ":tense past)) :tense past)",
     {"asides": "dash"}, "Олег — он так зван — пришёл."),
    ("(e / entity :name \"Олег\" :aside (п / прийти :agent (о / он) :tense past))",
     {"asides": "colon"}, "Олег: он пришёл."),
    ("(п / прийти :agent (e / entity :name \"Олег\" :aside (в / врач)) :tense past)",
     {"asides": "commas"}, "Олег, врач, пришёл."),
    ("(п / прийти :agent (e / entity :name \"Олег\" :same (в / врач)) :tense past)",
     {"same": "commas"}, "Олег, врач, пришёл."),
    ("(п / прийти :agent (e / entity :name \"Олег\" :same (в / врач)) :tense past)",
     {"same": "dash"}, "Олег — врач — пришёл."),
    ("(с / столица :subject (e / entity :name \"Москва\") :tense present)",
     {"copula": "this"}, "Москва — это столица."),
    ("(с / столица :subject (e / entity :name \"Москва\") :tense present)",
     {"copula": "none"}, "Москва столица."),
    ("(в / врач :subject (о / он) :tense present)",
     {"copula": "dash"}, "Он — врач."),
    ("(б / быть :subject (я / язык :quant 2) :in (e / entity :name \"Мали\") :tense present)",
     {"there": "none"}, "В Мали два языка."),
    ("(б / быть :subject (я / язык :quant 2) :in (e / entity :name \"Мали\") :tense present)",
     {"there": "dash"}, "В Мали — два языка."),
    ("(в / видный :subject (г / гора) :tense present)",
     {"predicates": "full"}, "Гора видная."),
    ("(с / старый :subject (д / дом) :tense past)",
     {"predicates": "short"}, "Дом был стар."),
    ("(л / любить :agent (о / он) :object (e / entity :name \"Siemens\") :tense present)",
     {"quotes": "names"}, "Он любит «Siemens»."),
    ("(г / группа :name \"Чайф\")",
     {"quotes": "none"}, "Группа Чайф."),
    ("(с / стоять :tense present)",
     {"persons": "plural"}, "Стоят."),
    ("(о / отрезать :object (х / хлеб) :tense past)",
     {"persons": "singular"}, "Отрезал хлеб."),
    ("(b / but :op1 (с / спать :agent (о / он) :tense present) :op2 (ч / читать :agent (о2 / она) "
     ":tense present))",
     {"contrasts": "a"}, "Он спит, а она читает."),
    ("(ж / жить :agent (о / он) :in (г / город :name \"Берлин\") :tense present)",
     {"kinds": "nominative"}, "Он живёт в городе Берлин."),
    ("(ж / жить :agent (о / он) :in (д / деревня :name \"Поповка\") :tense present)",
     {"kinds": "declined"}, "Он живёт в деревне Поповке."),
    ("(г / говорить :agent (о / он) :about (о2 / она) :tense present)",
     {"synonyms": "other"}, "Он говорит про неё."),
    ("(a / and :op1 (п / прийти :agent (о / он) :tense past) :op2 (у / уйти :agent (о2 / она) "
     ":tense past))",
     {"lists": "semicolon"}, "Он пришёл; она ушла."),
    ("(a / and :op1 (п / прийти :agent (о / он) :tense past) :op2 (у / уйти :agent (о2 / она) "
     ":tense past))",
     {"lists": "close"}, "Он пришёл и она ушла."),
    ("(о / остаться :agent (м / мы) :if (п / пойти :agent (д / дождь) :tense future) :tense "
     "future)",
     {"clauses": "first"}, "Если дождь пойдёт, мы останемся."),
    ("(м / машина :quant 2)",
     {"numbers": "digits"}, "2 машины."),
    ("(п / прийти :addressee (e / entity :name \"Анна\") :mode command)",
     {"addressees": "last"}, "Приди, Анна."),
    ("(у / устать :agent (ч / человек :number plural) :mod очень :tense past)",
     {"stop": "exclaimed"}, "Люди очень устали!"),
]  # fmt: skip


@pytest.mark.parametrize(("notation", "choice", "text"), RUSSIAN)
def test_russian_wordings(notation: str, choice: dict[str, str], text: str) -> None:
    scene = Scene.parse(notation)
    assert say(scene, "ru", Wording(**choice)) == text  # type: ignore[arg-type]
    assert say(scene, "ru", PLAIN) != text
