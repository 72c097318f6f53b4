"""
Carriers of the hub, by their id: `org/name`, or `org/name@revision` with a branch, a tag or a commit.

    pinned("Qwen/Qwen3-0.6B")      # "Qwen/Qwen3-0.6B@c1899de289a04d12100db370d81485cdf75e47ca"

A mind names a commit, so that it is over the same weights for ever. Small files are fetched before the
weights, so that a carrier which does not fit is refused before gigabytes are. What was fetched stays in the
hub's own cache (`HF_HUB_CACHE`), and is found there without a network.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, NamedTuple

from scenograph.errors import CarrierError
from scenograph.optional import optional

_ID: Final = re.compile(r"(?P<repository>[\w.-]+/[\w.-]+?)(?:@(?P<revision>\S+))?")
_COMMIT: Final = re.compile(r"[0-9a-f]{40}")
_SMALL: Final = ("*.json", "*.model", "*.jinja", "*.txt")
_WEIGHTS: Final = ("*.safetensors", "*.bin")  # the first kind that there is
_NEVER: Final = ("*/*", "consolidated*", "*.gguf")  # the same weights in other forms


class HubId(NamedTuple):
    """A repository of the hub, in one version; None: its newest."""

    repository: str
    revision: str | None

    def __str__(self) -> str:
        return self.repository if self.revision is None else f"{self.repository}@{self.revision}"


def hub_id(spec: str | Path) -> HubId | None:
    """Return the repository that *spec* names; None if it is a path, an address, or no id."""
    text = str(spec)
    found = _ID.fullmatch(text)
    if found is None or text.startswith(".") or text.endswith(".gguf") or Path(text).exists():
        return None
    return HubId(found["repository"], found["revision"])


def pinned(spec: str) -> str:
    """
    Return *spec* with the commit that it means now; anything but an id of the hub as it is.

    Raises:
        CarrierError: if there is no such repository or revision, or the hub cannot be reached and has never
            been asked for it
    """
    named = hub_id(spec)
    if named is None or _is_commit(named):
        return spec
    return str(HubId(named.repository, _snapshot(named, "*config.json").name))


def fetched(named: HubId, *, weights: bool) -> Path:
    """
    Return the folder of *named* in the hub's cache; what is missing is fetched.

    Args:
        named: the repository
        weights: whether its weights are wanted too, or only what is small
    Raises:
        CarrierError: as for `pinned`, or if there are no weights
    """
    if not weights:
        return _snapshot(named, *_SMALL)
    for kind in _WEIGHTS:
        folder = _snapshot(named, kind, *_SMALL)
        if any(folder.glob(kind)):
            return folder
    raise CarrierError(f"{named} has no weights as safetensors; name a repository that has")


def _is_commit(named: HubId) -> bool:
    return named.revision is not None and _COMMIT.fullmatch(named.revision) is not None


def _snapshot(named: HubId, *patterns: str) -> Path:
    """Return the folder, named by its commit, of the files that match *patterns*, above all the first."""
    hub = optional("huggingface_hub", "train")
    options = {"revision": named.revision, "allow_patterns": [*patterns], "ignore_patterns": [*_NEVER]}
    with _in_words(named):
        if _is_commit(named):  # it never changes, so the network need not be asked
            with suppress(FileNotFoundError):
                folder = Path(hub.snapshot_download(named.repository, local_files_only=True, **options))
                if any(folder.glob(patterns[0])):
                    return folder
        return Path(hub.snapshot_download(named.repository, **options))


@contextmanager
def _in_words(named: HubId) -> Generator[None]:
    """Turn what the hub's library raises into one line."""
    from huggingface_hub import errors

    try:
        yield
    except errors.RevisionNotFoundError as error:
        raise CarrierError(f"{named.repository} has no revision {named.revision!r}") from error
    except errors.GatedRepoError as error:
        raise CarrierError(
            f"{named.repository} asks for consent to its terms: give it on its page, then run: hf auth login"
        ) from error
    except errors.RepositoryNotFoundError as error:
        raise CarrierError(
            f"the hub has no {named.repository}, or it is private (then run: hf auth login); "
            "for a folder of that name give ./ before it"
        ) from error
    except (OSError, ValueError, errors.HfHubHTTPError) as error:
        raise CarrierError(
            f"{named} is not in the hub's cache on this machine, and the hub cannot be reached; "
            "try again online, or give nano, a GGUF file or a folder"
        ) from error
