"""
Lemma of a word by an edit script: what to cut from its end and what to add.

    >>> script("running", "run"), apply("d4+", "running")
    ('d4+', 'run')
    >>> script("Москве", "Москва"), apply("u1+а", "Казани")
    ('u1+а', 'Казана')

The first character says the case of the lemma: `d` lower case, `u` first letter upper, `U` all upper. `=` is
the word as written, `!good` is the lemma itself, for words such as "better". The idea is UDPipe 2's
(Straka, 2018).
"""

from __future__ import annotations

from scenograph.morphology.russian import analyzer


def script(form: str, lemma: str) -> str:
    """Return the script that makes *lemma* of *form*: `apply(script(form, lemma), form) == lemma`."""
    if lemma == form:
        return "="
    lower, plain = form.lower(), lemma.lower()
    same = 0
    while same < min(len(lower), len(plain)) and lower[same] == plain[same]:
        same += 1
    for case in "duU":
        found = f"{case}{len(lower) - same}+{plain[same:]}"
        if same and apply(found, form) == lemma:
            return found
    return f"!{lemma}"


def apply(script: str, form: str) -> str:
    """Return the lemma that *script* makes of *form*."""
    if script == "=":
        return form
    if script[0] == "!":
        return script[1:]
    cut, added = script[1:].split("+", 1)
    lower = form.lower()
    lemma = lower[: max(0, len(lower) - int(cut))] + added
    if script[0] == "u":
        return lemma[:1].upper() + lemma[1:]
    return lemma.upper() if script[0] == "U" else lemma


def dictionary(form: str) -> tuple[str, ...]:
    """Return the lemmas that the Russian dictionary knows for *form*, the likeliest first; with ё as е."""
    return tuple(dict.fromkeys(reading.normal_form for reading in analyzer().parse(form)))
