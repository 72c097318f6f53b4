"""Names: what belongs to one, and what says what it names."""

from __future__ import annotations

import pytest

from scenograph.core import Scene
from scenograph.readers.conllu import parse
from scenograph.readers.convert import convert


@pytest.mark.parametrize(
    ("first", "subject"),
    [
        ("Leo", '(e / entity :name "Leo Tolstoy")'),
        ("President", '(p / president :name "Tolstoy")'),
        ("Mr.", '(m / mr. :name "Tolstoy")'),
    ],
)
def test_a_word_before_a_name_is_part_of_it_unless_it_is_a_title(first: str, subject: str) -> None:
    [sentence] = parse(
        f"1\t{first}\t{first}\tPROPN\t_\tNumber=Sing\t2\tnmod:desc\t_\t_\n"
        "2\tTolstoy\tTolstoy\tPROPN\t_\tNumber=Sing\t3\tnsubj\t_\t_\n"
        "3\tslept\tsleep\tVERB\t_\tTense=Past|VerbForm=Fin\t0\troot\t_\t_".split("\n")
    )
    assert convert(sentence).scene == Scene.parse(f"(s / sleep :agent {subject} :tense past)")
