"""What a service may take and give: hosts, limits, waiting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
"""The names of this machine."""


@final
@dataclass(frozen=True, slots=True)
class Settings:
    """
    The limits of a service.

    Attributes:
        hosts: names under which it may be addressed; others are refused, so that a web page cannot reach a
            service on this machine by a name of its own
        origins: web sites whose pages may call it, such as `https://notes.example`; none by default
        workers: requests that are worked on at once
        waiting: requests that may wait for that; more are refused (429)
        rate: requests that one key, or one address, may send in a minute; 0 is no limit
        longest_body: most bytes of a request
        longest_picture: most bytes of a request that may have pictures
        longest_import: most bytes of an import
        patience: seconds within which the body of a request must come
        fields: most field sessions at once
        field_seconds: how long a field session that nobody uses is held
        jobs: most jobs that wait, and most that are remembered after their end
    """

    hosts: tuple[str, ...] = LOOPBACK
    origins: tuple[str, ...] = ()
    workers: int = 8
    waiting: int = 64
    rate: int = 0
    longest_body: int = 1 << 20
    longest_picture: int = 6 << 20
    longest_import: int = 1 << 28
    patience: float = 30.0
    fields: int = 100
    field_seconds: float = 1800.0
    jobs: int = 100
