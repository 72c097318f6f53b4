"""
The domains that a mind can be about, by the name that `domain` in `mind.toml` gives.

The bundled world is there from the start. A program that brings a domain of its own registers it before it
opens or makes a mind.
"""

from __future__ import annotations

from scenograph.domain import Domain
from scenograph.errors import MindError
from scenograph.world import World

_KNOWN: dict[str, Domain] = {World.name: World()}


def register(domain: Domain) -> None:
    """Make *domain* known by its name; one of the same name is replaced."""
    _KNOWN[domain.name] = domain


def load_domain(name: str = World.name) -> Domain:
    """
    Return the domain called *name*, the bundled world if none is named.

    Raises:
        MindError: if there is none of this name
    """
    if name not in _KNOWN:
        raise MindError(f"there is no domain {name!r}; choose from {', '.join(_KNOWN)}")
    return _KNOWN[name]
