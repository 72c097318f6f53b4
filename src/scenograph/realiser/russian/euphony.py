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
        if word == "в" and re.match(
            r"[вф][^аеёиоуыэюя]|мн[её]|многи|все|всё|льв|льд|рту\b|сне\b|мрак|двор", after
        ):
            said[place] = "во"
        elif word == "с" and re.match(
            r"[сзшжщ][^аеёиоуыэюя\W]|мн(?:ой|оги)|в[стз][^аеёиоуыэюя]|все|дн[яе]м?\b|двор|льд|врем", after
        ):
            said[place] = "со"
        elif word == "к" and re.match(r"мн[еo]|мног|все|дн[юя]м?\b|двор", after):
            said[place] = "ко"
        elif word == "о" and re.match(r"[аиоуэ]", after):
            said[place] = "об"
        elif word == "о" and re.match(r"мне|всё|все", after):
            said[place] = "обо"
        elif word in ("перед", "над", "под", "пред") and after == "мной":
            said[place] = f"{word}о"
    return said
