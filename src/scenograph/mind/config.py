"""
What a mind is made of: the contents of its one `mind.toml`.

    version = 1
    seed = 1

    [carrier]
    base = "nano"

    [corpus]
    world = 12000
    languages = ["en", "ru"]
    ...

Every field has a default, so an empty file but for `version` describes the demo's mind. A file with mistakes
is refused with all of them at once.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from scenograph.errors import MindError, StoreError

FORMAT = 1
"""The version of the mind folder that this code reads and writes."""

FILE = "mind.toml"

Language = Literal["en", "ru"]
Style = Literal["plain", "poet", "logician", "bodily", "philosopher"]
Share = Annotated[float, Field(ge=0.0, le=1.0)]


def _some(values: tuple[str, ...]) -> tuple[str, ...]:
    if not values or len(set(values)) < len(values):
        raise ValueError("name at least one, and each once")
    return values


def _vector_index(url: str) -> str:
    from scenograph.memory.index.address import parse_address

    try:
        parse_address(url)
    except StoreError as error:
        raise ValueError(str(error)) from None
    return url


def _embedder(named: str) -> str:
    if named not in ("own", "carrier") and not named.startswith("sentence-transformers:"):
        raise ValueError('write "own", "carrier", or "sentence-transformers:" and a model\'s name or folder')
    return named


class Section(BaseModel):
    """A table of `mind.toml`: immutable, and closed to misspelt keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CarrierConfig(Section):
    """The frozen base model."""

    base: str = "nano"
    """`nano` (shipped with the package), a local folder, or a hub id."""
    quantisation: Literal["none", "4bit"] = "none"
    device: str = "auto"
    """`auto`, `cpu`, `cuda`, `cuda:1` ..."""


class CorpusConfig(Section):
    """What the wrappers learn from; imported files are added by `scenograph corpus add`."""

    world: Annotated[int, Field(ge=0)] = 12_000
    """Tasks drawn from the bundled world; 0 for none."""
    imported: Annotated[int, Field(ge=0)] = 12_000
    """Tasks drawn from the imported corpora, if there are any."""
    languages: Annotated[tuple[Language, ...], AfterValidator(_some)] = ("en", "ru")
    styles: Annotated[tuple[Style, ...], AfterValidator(_some)] = (
        "plain",
        "poet",
        "logician",
        "bodily",
        "philosopher",
    )
    held_out: Share = 0.02
    """Share of the imported examples that is kept from training, for evaluation."""
    long: Literal["refuse", "skip"] = "refuse"
    """What to do with tasks longer than the carrier can take."""


class AdapterConfig(Section):
    """Joint training of all adapters; a budget of steps is repeatable, one of seconds is predictable."""

    rank: Annotated[int, Field(ge=1, le=1024)] = 16
    steps: Annotated[int, Field(ge=1)] | None = None
    """Optimiser steps."""
    seconds: Annotated[float, Field(gt=0)] | None = None
    """Wall-clock time of training; 150 where neither budget is given."""
    activation: Literal["invocation", "always"] = "invocation"
    """Whether adapters act from the invocation token on, or on the whole sequence."""

    @model_validator(mode="after")
    def _one_budget(self) -> AdapterConfig:
        if self.steps is not None and self.seconds is not None:
            raise ValueError("steps and seconds are both given; keep one")
        return self

    @property
    def budget(self) -> dict[str, float]:
        """The one budget that holds, as `{"steps": n}` or `{"seconds": s}`."""
        if self.steps is not None:
            return {"steps": self.steps}
        return {"seconds": self.seconds if self.seconds is not None else 150.0}


class MemoryConfig(Section):
    """What memory holds after training."""

    scenes: Annotated[int, Field(ge=0)] = 200
    """How many scenes of the corpus are remembered by `scenograph train`."""
    vectors: Annotated[str, AfterValidator(_vector_index)] = "faiss:"
    """Which vector index memory has: `faiss:`, `qdrant-edge:` or `qdrant+http://host:6333/collection`."""
    embedder: Annotated[str, AfterValidator(_embedder)] = "own"
    """Where memory learns what symbols mean: `own` scenes, `carrier`, or `sentence-transformers:NAME`."""
    learn_from_use: bool = True
    """Whether crystals that an answer rests on together are tied."""


class BridgeConfig(Section):
    """Reading and speaking."""

    threshold: Share = 1.0
    """Utterances that keep a smaller share of the scene are replaced by the exact plain surface."""
    confidence: Share | None = None
    """Least confidence of a reading; what is less sure counts as unread. None: the default."""


class EvaluationConfig(Section):
    """The report at the end of training."""

    items: Annotated[int, Field(ge=1)] = 60
    """Scenes per style and language."""


class MindConfig(Section):
    """The whole of `mind.toml`."""

    version: int = FORMAT
    seed: Annotated[int, Field(ge=0)] = 1
    carrier: CarrierConfig = CarrierConfig()
    corpus: CorpusConfig = CorpusConfig()
    adapters: AdapterConfig = AdapterConfig()
    memory: MemoryConfig = MemoryConfig()
    bridge: BridgeConfig = BridgeConfig()
    evaluation: EvaluationConfig = EvaluationConfig()


def load_config(folder: Path) -> MindConfig:
    """
    Return what `mind.toml` in *folder* says.

    Raises:
        MindError: if the file is missing, unreadable, of another version, or wrong; all mistakes are named
    """
    path = folder / FILE
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise MindError(f"{folder} is not a mind: it has no {FILE}; run: scenograph init {folder}") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise MindError(f"{path} cannot be read: {error}") from error
    version = data.get("version")
    if version != FORMAT:
        made = "names no version" if version is None else f"is a mind of version {version!r}"
        raise MindError(
            f"{path} {made}; this Scenograph reads version {FORMAT}: "
            "use the Scenograph that made it, or make a new mind with `scenograph init`"
        )
    try:
        return MindConfig.model_validate(data)
    except ValidationError as error:
        problems = [_in_words(problem) for problem in error.errors()]
        count = f"{len(problems)} mistake{'s' if len(problems) > 1 else ''}"
        raise MindError(f"{path} has {count}: {'; '.join(problems)}") from None


def _in_words(problem: ErrorDetails) -> str:
    where = ".".join(map(str, problem["loc"]))
    if problem["type"] == "extra_forbidden":
        return f"{where}: there is no such setting"
    return f"{where}: {problem['msg'].removeprefix('Value error, ')}"


TEMPLATE = """\
# A mind. `scenograph train` builds what this file describes, and only what has changed since the last time.
version = {version}
seed = {seed}

[carrier]
base = {base}  # "nano" (ships with the package), a local folder, or a hub id
quantisation = {quantisation}  # "none", or "4bit" (needs a GPU)
device = {device}

[corpus]
world = {world}  # tasks drawn from the bundled world; 0 for none
imported = {imported}  # tasks drawn from what `scenograph corpus add` imported
languages = {languages}
styles = {styles}
held_out = {held_out}  # share of the imported examples kept for evaluation
long = {long}  # tasks longer than the carrier can take: "refuse" or "skip"

[adapters]
rank = {rank}
{budget}  # "steps = N" is repeatable to the byte, "seconds = N" is predictable in time
activation = {activation}  # adapters act from the "invocation" token on, or "always"

[memory]
scenes = {scenes}  # scenes of the corpus remembered by training
embedder = {embedder}  # what symbols mean: by "own" scenes, the "carrier", or "sentence-transformers:NAME"
learn_from_use = {learn_from_use}  # tie crystals that an answer rests on together
vectors = {vectors}  # the vector index: "faiss:", "qdrant-edge:" or "qdrant+http://host:6333/collection"

[bridge]
threshold = {threshold}  # speech that keeps less of its scene is replaced by the exact plain surface

[evaluation]
items = {items}  # scenes per style and language
"""


def render_config(config: MindConfig) -> str:
    """Return a commented `mind.toml` that says what *config* says."""
    [(unit, amount)] = config.adapters.budget.items()
    tables = config.model_dump(mode="json")
    settings = {
        name: value for table in tables.values() if isinstance(table, dict) for name, value in table.items()
    }
    quoted = {name: json.dumps(value, ensure_ascii=False) for name, value in settings.items()}
    text = TEMPLATE.format(**quoted, version=config.version, seed=config.seed, budget=f"{unit} = {amount:g}")
    if config.bridge.confidence is not None:
        text = text.replace("\n[evaluation]", f"confidence = {config.bridge.confidence}\n\n[evaluation]")
    return text
