"""Each yes of the table of features names a test that there is."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_each_yes_names_a_test() -> None:
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in (ROOT / "docs" / "memory-features.md").read_text().splitlines()
        if line.startswith("| ") and not line.startswith("| feature")
    ]
    rows = [row for row in rows if set(row[0]) != {"-"}]
    assert len(rows) > 20
    for feature, _, _, here, proof in rows:
        assert here in ("yes", "no"), feature
        if here == "no":
            assert "tests/" not in proof
            continue
        [(path, name)] = re.findall(r"`(tests/\w+/\w+\.py)(?:::(\w+))?`", proof)
        text = (ROOT / path).read_text()
        assert not name or f"def {name}(" in text, proof
