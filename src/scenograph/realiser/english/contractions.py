"""
The short forms of spoken English.

    >>> contracted("I am sure that he will not come".split())
    ["I'm", 'sure', 'that', 'he', "won't", 'come']
    >>> contracted("yes , she is".split())
    ['yes', ',', 'she', 'is']
"""

from __future__ import annotations

from typing import Final

from scenograph.realiser.text import Words, word_set

_DENIED: Final = word_set("do does did is are was were have has had would could should")
_DENIED_OTHERS: Final = {"will": "won't", "can": "can't"}
_VERBS: Final = {"am": "'m", "is": "'s", "are": "'re", "will": "'ll"}
_WITH: Final = {
    "am": word_set("I"), "is": word_set("he she it that there who what"), "are": word_set("you we they"),
    "will": word_set("I you he she it we they"),
}  # fmt: skip


def contracted(words: Words) -> Words:
    """Return *words* with «not» and weak verbs joined to the word before them."""
    found: Words = []
    for place, word in enumerate(words):
        before = found[-1] if found else ""
        after = words[place + 1] if place + 1 < len(words) else ""
        if word == "cannot":
            found.append("can't")
        elif word == "not" and before.lower() in _DENIED:
            found[-1] = f"{before}n't"
        elif word == "not" and before.lower() in _DENIED_OTHERS:
            found[-1] = _DENIED_OTHERS[before.lower()]
        elif (word, after) != ("will", "not") and before in _WITH.get(word, ()) and after[:1].isalnum():
            found[-1] = f"{before}{_VERBS[word]}"
        else:
            found.append(word)
    return found
