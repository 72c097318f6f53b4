"""
What a mind is made of: the contents of its one `mind.toml`.

    version = 1
    seed = 1
    domain = "world"

    [carrier]
    base = "nano"

    [corpus]
    world = 12000
    languages = ["en", "ru"]
    ...

Every field has a default, so a file with nothing but `version` describes the mind of the demo. A file with
mistakes is refused, and the message names all of them.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails

from scenograph.domain import Domain
from scenograph.domains import load_domain
from scenograph.errors import MindError, StoreError

FORMAT = 1
"""The version of the mind folder that this code reads and writes."""

FILE = "mind.toml"

Share = Annotated[float, Field(ge=0.0, le=1.0)]


def _domain(name: str) -> str:
    try:
        load_domain(name)
    except MindError as error:
        raise ValueError(str(error)) from None
    return name


def _check(kind: str, values: tuple[str, ...], domain: Domain) -> None:
    """Raise `ValueError` unless *values* are languages or styles (*kind*) of *domain*, each named once."""
    if not values or len(set(values)) < len(values):
        raise ValueError("name at least one, and each once")
    known: tuple[str, ...] = tuple(getattr(domain, kind))
    for value in values:
        if value not in known:
            raise ValueError(
                f"the domain {domain.name!r} has no {kind[:-1]} {value!r}; choose from {', '.join(known)}"
            )


def _vector_index(url: str) -> str:
    from scenograph.memory.index.vector_index import parse_address

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
    """Tasks drawn from the scenes of the domain; 0 for none."""
    imported: Annotated[int, Field(ge=0)] = 12_000
    """Tasks drawn from the imported corpora, if there are any."""
    languages: tuple[str, ...] = Field(default_factory=lambda: tuple(load_domain().languages))
    styles: tuple[str, ...] = Field(default_factory=lambda: load_domain().styles)
    held_out: Share = 0.02
    """Share of the imported examples that training does not see; they are for evaluation."""
    long: Literal["refuse", "skip"] = "refuse"
    """What to do with tasks longer than the carrier can take."""

    @field_validator("languages", "styles")
    @classmethod
    def _of_the_domain(cls, values: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        """Check *values* while a file is read; its domain is the context. `MindConfig` checks them again."""
        if info.context is not None and info.field_name is not None:
            _check(info.field_name, values, info.context)
        return values


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
    """How many scenes of the corpus `scenograph train` remembers."""
    vectors: Annotated[str, AfterValidator(_vector_index)] = "faiss:"
    """The vector index of memory: `faiss:`, `qdrant-edge:` or `qdrant+http://host:6333/collection`."""
    embedder: Annotated[str, AfterValidator(_embedder)] = "own"
    """Where memory learns what symbols mean: `own` scenes, `carrier`, or `sentence-transformers:NAME`."""
    learn_from_use: bool = True
    """Whether crystals that an answer rests on together are tied."""


class BridgeConfig(Section):
    """Reading and speaking."""

    threshold: Share = 1.0
    """Utterances that keep a smaller share of the scene are replaced by the exact plain surface."""
    confidence: Share | None = None
    """Readings with less confidence count as unread. None: as measured after training."""


class EvaluationConfig(Section):
    """The report at the end of training."""

    items: Annotated[int, Field(ge=1)] = 60
    """Scenes per style and language."""


class MindConfig(Section):
    """The whole of `mind.toml`."""

    version: int = FORMAT
    seed: Annotated[int, Field(ge=0)] = 1
    domain: Annotated[str, AfterValidator(_domain)] = "world"
    """What the mind can talk about: the name of a domain."""
    carrier: CarrierConfig = CarrierConfig()
    corpus: CorpusConfig = CorpusConfig()
    adapters: AdapterConfig = AdapterConfig()
    memory: MemoryConfig = MemoryConfig()
    bridge: BridgeConfig = BridgeConfig()
    evaluation: EvaluationConfig = EvaluationConfig()

    @model_validator(mode="after")
    def _check_corpus(self) -> MindConfig:
        for kind in ("languages", "styles"):
            _check(kind, getattr(self.corpus, kind), load_domain(self.domain))
        return self


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
    domain = _domain_of(data)
    if domain is not None and isinstance(data.get("corpus", {}), dict):
        every = {"languages": tuple(domain.languages), "styles": domain.styles}
        data["corpus"] = every | data.get("corpus", {})
    try:
        return MindConfig.model_validate(data, context=domain)
    except ValidationError as error:
        problems = [_in_words(problem) for problem in error.errors()]
        count = f"{len(problems)} mistake{'s' if len(problems) > 1 else ''}"
        raise MindError(f"{path} has {count}: {'; '.join(problems)}") from None


def _domain_of(data: dict[str, Any]) -> Domain | None:
    """Return the domain that *data* names; None if there is none of that name, which validation reports."""
    try:
        return load_domain(data.get("domain", "world"))
    except (MindError, TypeError):
        return None


def _in_words(problem: ErrorDetails) -> str:
    where = ".".join(map(str, problem["loc"]))
    if problem["type"] == "extra_forbidden":
        return f"{where}: there is no such setting"
    return f"{where}: {problem['msg'].removeprefix('Value error, ')}"


TEMPLATE = """\
# A mind. `scenograph train` builds what this file describes, and only what has changed since the last time.
version = {version}
seed = {seed}
domain = {domain}  # what it can talk about: the bundled "world"

[carrier]
base = {base}  # "nano" (ships with the package), a local folder, or a hub id
quantisation = {quantisation}  # "none", or "4bit" (needs a GPU)
device = {device}

[corpus]
world = {world}  # tasks drawn from the scenes of the domain; 0 for none
imported = {imported}  # tasks drawn from what `scenograph corpus add` imported
languages = {languages}
styles = {styles}
held_out = {held_out}  # share of the imported examples that only evaluation sees
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
    text = TEMPLATE.format(
        **quoted,
        version=config.version,
        seed=config.seed,
        domain=json.dumps(config.domain),
        budget=f"{unit} = {amount:g}",
    )
    if config.bridge.confidence is not None:
        text = text.replace("\n[evaluation]", f"confidence = {config.bridge.confidence}\n\n[evaluation]")
    return text
