"""Scenes of lives, with times, for tests."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import strategies as st

from scenograph.core import Scene

BORN_1932 = Scene.parse('(a / Alan_Bean :birthDate "1932-03-15")')
BORN_1935 = Scene.parse('(a / Alan_Bean :birthDate "1935-03-15")')
OLEG_LEADS = Scene.parse('(l / lead :agent (p / person :name "Oleg") :object (m / museum))')
MARTA_LEADS = Scene.parse('(l / lead :agent (p / person :name "Marta") :object (m / museum))')
SCENES = (BORN_1932, BORN_1935, OLEG_LEADS, MARTA_LEADS)


def year(number: int) -> datetime:
    return datetime(number, 1, 1, tzinfo=UTC)


moments = st.none() | st.integers(0, 4)
intervals = st.tuples(moments, moments).filter(lambda pair: None in pair or pair[0] < pair[1])


def moment(number: int | None) -> datetime | None:
    return None if number is None else year(1990 + number)
