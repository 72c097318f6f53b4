"""
Make `coreference/given_names.txt`: which English and other Latin given names are of women, and which of men.

    pip install --target faker faker==40.63.0
    PYTHONPATH=faker python recipes/given_names.py

The lists are those of Faker (https://github.com/joke2k/faker, MIT); its English ones come from the public
tables of the United States' Social Security Administration. A name that both have is left out, unless three
times as many lists have it for the one.
"""

from __future__ import annotations

import importlib
from collections import Counter
from pathlib import Path

LOCALES = (
    "en", "en_US", "en_GB", "en_IE", "en_NZ", "de_DE", "fr_FR", "es_ES", "it_IT", "pl_PL", "nl_NL", "pt_PT",
    "pt_BR", "sv_SE", "no_NO", "da_DK", "fi_FI", "cs_CZ", "ro_RO", "tr_TR",
)  # fmt: skip
OUT = Path(__file__).parents[1] / "src" / "scenograph" / "coreference" / "given_names.txt"


def names(locale: str, attribute: str) -> set[str]:
    """Return the single words of one list of a locale's provider."""
    module = importlib.import_module(f"faker.providers.person.{locale}")
    found = getattr(module.Provider, attribute, ())
    return {name for name in found if name.isalpha() and name.istitle() and len(name) > 1}


def main() -> None:
    women, men = (
        Counter(name for locale in LOCALES for name in names(locale, f"first_names_{sex}"))
        for sex in ("female", "male")
    )
    lines = [
        "# Given names of women, then of men. From Faker (MIT, see LICENSE) by recipes/given_names.py",
        " ".join(sorted(name for name, count in women.items() if count >= 3 * men[name])),
        " ".join(sorted(name for name, count in men.items() if count >= 3 * women[name])),
    ]
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(*(len(line.split()) for line in lines[1:]), OUT.stat().st_size)


if __name__ == "__main__":
    main()
