"""
The names of models: a mind, and how it speaks and what it does.

    my-mind             answers questions, and remembers all else
    my-mind:poet        the same in the style of a poet
    my-mind:ask         answers questions, and remembers nothing
    my-mind:remember    remembers all, questions too
    my-mind:read        gives the scene of a text
    my-mind:speak       says a scene or a text in other words
    my-mind:poet:speak  a style and a mode, in this order or the other
    scenograph:poet     the same as my-mind:poet, whatever the mind is called
"""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

from scenograph.errors import ScenographError
from scenograph.service.errors import STATUS
from scenograph.service.routes.operation import styles
from scenograph.service.service import Service

Mode = Literal["chat", "ask", "remember", "read", "speak"]
MODES: tuple[Mode, ...] = get_args(Mode)

ANY = "scenograph"
"""What every service calls its mind too, so that a client needs not know its name."""


class UnknownModelError(ScenographError):
    """A model that this service does not have."""


STATUS[UnknownModelError] = 404


class Voice(NamedTuple):
    """
    What the name of a model says.

    Attributes:
        style: how it speaks
        mode: what it does
    """

    style: str = "plain"
    mode: Mode = "chat"


def voice_of(service: Service, model: str) -> Voice:
    """
    Return the voice that *model* names.

    Raises:
        UnknownModelError: if the mind is another one, or has no such style
    """
    mind, *parts = model.split(":")
    voice, known = Voice(), styles(service)
    if mind not in (service.name, ANY):
        raise UnknownModelError(f"there is no model {model!r}; this service has {', '.join(names(service))}")
    for part in parts:
        modes = [mode for mode in MODES if mode == part]
        if modes:
            voice = voice._replace(mode=modes[0])
        elif part in known:
            voice = voice._replace(style=part)
        else:
            raise UnknownModelError(
                f"model {model!r}: {part!r} is no style and no mode; styles are {', '.join(known)}, modes "
                f"{', '.join(MODES)}"
            )
    return voice


def names(service: Service) -> list[str]:
    """Return the names of all models: one for each style, and one for each mode."""
    of_styles = [f"{service.name}:{style}" for style in styles(service)]
    return [service.name, *of_styles, *(f"{service.name}:{mode}" for mode in MODES)]
