"""
Russian prepositions that gain a vowel before some words.

    >>> euphonic(["в", "Франции"]), euphonic(["с", "мной"]), euphonic(["о", "этом"])
    (['во', 'Франции'], ['со', 'мной'], ['об', 'этом'])
"""

from __future__ import annotations

import re

from scenograph.realiser.text import Words


def euphonic(found: Words) -> Words:
    """Return *found* with «во», «со», «ко», «об» where the next word asks for them."""
    said = list(found)
    for place, word in enumerate(said[:-1]):
        after = next((other for other in said[place + 1 :] if other), "").lower()
        if word == "в" and re.match(r"[вф][^аеёиоуыэюя]|мн[её]|все|всё|льв", after):
            said[place] = "во"
        elif word == "с" and re.match(r"[сзшжщ][^аеёиоуыэюя\W]|мн(?:ой|огими)|все", after):
            said[place] = "со"
        elif word == "к" and re.match(r"мне|все", after):
            said[place] = "ко"
        elif word == "о" and re.match(r"[аиоуэ]", after):
            said[place] = "об"
        elif word == "о" and re.match(r"мне|всё|все", after):
            said[place] = "обо"
    return said
