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

A mind that was carried to another carrier has a table for it, `[carriers.NAME]`. What that table does not say
is as for the first carrier, the one in `[carrier]` (`MindConfig.over`).

Every field has a default, so a file with nothing but `version` describes the mind of the demo. A file with
mistakes is refused, and the message names all of them.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
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

from scenograph.carriers.remote.server import KEY, Form, is_address
from scenograph.domain import Domain
from scenograph.domains import load_domain
from scenograph.errors import MindError, StoreError
from scenograph.prompts import ABILITIES

FORMAT = 1
"""The version of the mind folder."""

FILE = "mind.toml"

BUNDLED = "bundled"
"""The reader that ships with the package."""

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


_VECTORS = "faiss:"


def _vector_index(url: str) -> str:
    if url == _VECTORS:  # known to be right: a command that only reads need not load the memory
        return url
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
    """A table of `mind.toml`: immutable, and closed to misspelt keys. Descriptions become its comments."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CarrierConfig(Section):
    """The frozen base model."""

    base: str = Field(
        default="nano",
        description='"nano" (ships with the package), a GGUF file, a folder, a hub id "org/name@commit", '
        'or a server with OpenAI\'s API "http://host:port/v1"',
    )
    over: str | None = Field(
        default=None,
        min_length=1,
        description="for a carrier that is a LoRA only: where the model under it is",
    )
    quantisation: Literal["none", "8bit", "4bit"] = Field(
        default="none", description='"none", "8bit" or "4bit"; fast on CUDA, slow on a CPU'
    )
    device: Annotated[str, Field(pattern=r"^(auto|cpu|mps|cuda(:\d+)?)$")] = Field(
        default="auto", description='"auto": a GPU if there is one; "cpu", "cuda", "cuda:1" ..., "mps"'
    )
    dtype: Literal["auto", "float32", "bfloat16", "float16"] = Field(
        default="auto", description='of the weights; "auto": float32 on a CPU, bfloat16 on a GPU'
    )
    attention: Literal["auto", "eager", "sdpa", "flash"] = Field(
        default="auto",
        description='"auto": "sdpa"; "flash" needs CUDA and flash_attn, "eager" is the slowest',
    )
    runtime: Literal["torch", "llama.cpp"] = Field(
        default="torch",
        description='what reads and speaks: "torch", or "llama.cpp" with the GGUF file as it is',
    )
    checkpointing: bool = Field(
        default=False, description="training computes each layer twice: slower, with less memory"
    )

    @model_validator(mode="after")
    def _check_runtime(self) -> CarrierConfig:
        if self.runtime == "llama.cpp":
            if not self.base.endswith(".gguf"):
                raise ValueError(f"llama.cpp runs GGUF files, and {self.base} is none; write a path to one")
            if self.quantisation != "none":
                raise ValueError(
                    'llama.cpp runs the GGUF file in its own quantisation; write quantisation = "none"'
                )
        return self


class ServerConfig(Section):
    """How a carrier that is a server is asked; nothing can be trained there."""

    model: str = Field(default="", description="its name on the server; empty: the only one")
    key_from: str = Field(
        default=KEY, min_length=1, description="the environment variable that holds the key, if one is needed"
    )
    form: Form | Literal["auto"] = Field(
        default="auto",
        description='how requests say what may be written; "auto" tries what it takes, at every start',
    )
    examples: int = Field(default=8, ge=0, le=64, description="most examples of the corpus in one prompt")
    parallel: int = Field(default=4, ge=1, le=256, description="most requests at once")
    timeout: float = Field(
        default=300.0, gt=0, description="seconds for one answer, and for its turn on the server"
    )
    context: int | None = Field(
        default=None, ge=512, description="tokens of prompt and answer; as the server says if not given"
    )


class CorpusConfig(Section):
    """What the adapters learn from; imported files are added by `scenograph corpus add`."""

    world: int = Field(
        default=12_000, ge=0, description="tasks drawn from the scenes of the domain; 0 for none"
    )
    imported: int = Field(
        default=12_000, ge=0, description="tasks drawn from what `scenograph corpus add` imported"
    )
    languages: tuple[str, ...] = Field(default_factory=lambda: tuple(load_domain().languages))
    styles: tuple[str, ...] = Field(default_factory=lambda: load_domain().styles)
    held_out: Share = Field(
        default=0.02, description="share of the imported examples that only evaluation sees"
    )
    long: Literal["refuse", "skip"] = Field(
        default="refuse", description='tasks longer than the carrier can take: "refuse" or "skip"'
    )

    @field_validator("languages", "styles")
    @classmethod
    def _of_the_domain(cls, values: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        """Check *values* while a file is read; its domain is the context. `MindConfig` checks them again."""
        if info.context is not None and info.field_name is not None:
            _check(info.field_name, values, info.context)
        return values


class VocabularyConfig(Section):
    """Atoms: roles and lexemes that are one token of the carrier, with rows of their own."""

    atoms: int = Field(
        default=512,
        ge=1,
        le=4096,
        description="most roles of the corpus that become atoms",
    )
    least: int = Field(default=20, ge=1, description="fewest tokens that an atom must spare in the corpus")
    distil: int = Field(
        default=0,
        ge=0,
        le=100_000,
        description="steps in which rows of new atoms learn from the form that is spelt out; 0: none",
    )


class AdapterConfig(Section):
    """Joint training of all adapters, for a number of steps or of seconds; 150 seconds by default."""

    rank: int = Field(default=16, ge=1, le=1024, description="inner dimension of the adapters")
    steps: int | None = Field(
        default=None, ge=1, description='repeatable to the byte; or write "seconds = N"'
    )
    seconds: float | None = Field(default=None, gt=0, description='predictable in time; or write "steps = N"')
    activation: Literal["invocation", "always"] = Field(
        default="invocation", description='adapters act from the "invocation" token on, or "always"'
    )

    @model_validator(mode="before")
    @classmethod
    def _one_budget(cls, data: dict[str, Any]) -> dict[str, Any]:
        given = [name for name in ("steps", "seconds") if data.get(name) is not None]
        if len(given) == 2:
            raise ValueError("steps and seconds are both given; keep one")
        return data if given else {**data, "seconds": 150.0}


class TrainingConfig(Section):
    """How the adapters are trained; what is not given follows from the carrier's size."""

    learning_rate: float | None = Field(default=None, gt=0, le=1, description="of AdamW at its highest")
    batch: int | None = Field(
        default=None,
        ge=16,
        description="tokens of a step; fewer in a run of seconds if a step would take longer than ten",
    )
    layers: int | None = Field(
        default=None, ge=1, description="adapters act in so many of the upper layers; in all if not given"
    )
    precision: Literal["auto", "float32", "bfloat16"] = Field(
        default="auto",
        description='what the frozen core computes in; "auto": bfloat16 where the processor is fast in it',
    )
    cache: float | None = Field(
        default=None,
        ge=0,
        description="GiB on the disk for what the frozen core makes of texts; 0 keeps nothing",
    )
    ranks: dict[str, Annotated[int, Field(ge=1, le=1024)]] = Field(
        default_factory=dict, description='of single adapters, as { "decoder.poet" = 8 }'
    )
    mixture: dict[str, Annotated[float, Field(ge=0)]] = Field(
        default_factory=dict,
        description="weight of each ability in the tasks that are drawn, as { read = 0.5, speak = 0.5 }",
    )

    @field_validator("mixture")
    @classmethod
    def _of_abilities(cls, mixture: dict[str, float]) -> dict[str, float]:
        """Check that *mixture* is empty, or gives weight to some ability that there is."""
        if unknown := sorted(set(mixture) - set(ABILITIES)):
            raise ValueError(
                f"there is no ability {', '.join(map(repr, unknown))}; choose from {', '.join(ABILITIES)}"
            )
        if mixture and not any(mixture.values()):
            raise ValueError("all weights are 0; give one of them more")
        return mixture


class MemoryConfig(Section):
    """What memory holds after training."""

    scenes: int = Field(default=200, ge=0, description="scenes of the corpus that training remembers")
    embedder: Annotated[str, AfterValidator(_embedder)] = Field(
        default="own",
        description='what symbols mean: by "own" scenes, the "carrier", or "sentence-transformers:NAME"',
    )
    learn_from_use: bool = Field(
        default=True,
        description="tie crystals that support an answer together, so that one helps to recall the others",
    )
    vectors: Annotated[str, AfterValidator(_vector_index)] = Field(
        default=_VECTORS,
        description='the vector index: "faiss:", "qdrant-edge:" or "qdrant+http://host:6333/collection"',
    )


class BridgeConfig(Section):
    """Reading and speaking."""

    threshold: Share = Field(
        default=1.0, description="speech that keeps less of its scene is replaced by the exact plain surface"
    )
    confidence: Share | None = Field(
        default=None,
        description="readings with less confidence count as unread; as training measured it if not given",
    )


class ReaderConfig(Section):
    """The reader of open text."""

    weights: str = Field(
        default=BUNDLED,
        description='"bundled" (ships with the package), or a file that recipes/reader.py trained; '
        "the bundled one reads the languages that it does not know",
    )


class EvaluationConfig(Section):
    """The report at the end of training."""

    items: int = Field(default=60, ge=1, description="scenes for each style and language")


class FurtherCarrier(CarrierConfig):
    """A carrier that the mind was carried to; a table that is not given is as for the first carrier."""

    server: ServerConfig | None = None
    adapters: AdapterConfig | None = None
    training: TrainingConfig | None = None
    reader: ReaderConfig | None = None


_NAME = re.compile(r"[^\W_][\w.-]*")


def _carrier_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(
            f"{name!r} cannot name a carrier; write letters, digits, '.', '-' and '_', no sign first"
        )
    return name


class MindConfig(Section):
    """The whole of `mind.toml`."""

    version: int = FORMAT
    seed: int = Field(default=1, ge=0, description="where all chance comes from")
    domain: Annotated[str, AfterValidator(_domain)] = Field(
        default="world", description='what the mind can talk about: the bundled "world"'
    )
    carrier: CarrierConfig = Field(default_factory=CarrierConfig)
    server: ServerConfig | None = None
    corpus: CorpusConfig = Field(default_factory=CorpusConfig)
    vocabulary: VocabularyConfig = Field(default_factory=VocabularyConfig)
    adapters: AdapterConfig = Field(default_factory=AdapterConfig)
    training: TrainingConfig = Field(default_factory=TrainingConfig)
    memory: MemoryConfig = Field(default_factory=MemoryConfig)
    bridge: BridgeConfig = Field(default_factory=BridgeConfig)
    reader: ReaderConfig = Field(default_factory=ReaderConfig)
    evaluation: EvaluationConfig = Field(default_factory=EvaluationConfig)
    carriers: dict[Annotated[str, AfterValidator(_carrier_name)], FurtherCarrier] = Field(
        default_factory=dict[str, FurtherCarrier]
    )

    @model_validator(mode="after")
    def _check_corpus(self) -> MindConfig:
        for kind in ("languages", "styles"):
            _check(kind, getattr(self.corpus, kind), load_domain(self.domain))
        return self

    @model_validator(mode="after")
    def _check_server(self) -> MindConfig:
        _check_remote("carrier", self.carrier, self.server)
        for name, carrier in self.carriers.items():
            _check_remote(f"carriers.{name}", carrier, carrier.server)
        if self.is_remote and self.memory.embedder == "carrier":
            raise ValueError('memory.embedder: a server gives no vectors of names; write "own"')
        if (first := carrier_label(self.carrier.base)) in self.carriers:
            raise ValueError(f"carriers.{first}: so the first carrier is called; write another name")
        return self

    @property
    def is_remote(self) -> bool:
        """Whether the carrier is a server."""
        return is_address(self.carrier.base)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all carriers, the first one's first."""
        return (carrier_label(self.carrier.base), *self.carriers)

    def over(self, name: str) -> MindConfig:
        """
        Return what the mind is made of over its carrier *name*: `carrier` and what belongs to it are its own.

        Raises:
            MindError: if the mind has no carrier of this name
        """
        if name == self.names[0]:
            return self
        if name not in self.carriers:
            raise MindError(f"this mind has no carrier {name!r}; it has {', '.join(self.names)}")
        own = self.carriers[name]
        return self.model_copy(
            update={
                "carrier": CarrierConfig(
                    **{field: getattr(own, field) for field in CarrierConfig.model_fields}
                ),
                "server": own.server,
                "adapters": own.adapters or self.adapters,
                "training": own.training or self.training,
                "reader": own.reader or self.reader,
            }
        )


def carrier_label(base: str) -> str:
    """
    Return what a carrier is called where it was given no name.

    Example:
        >>> carrier_label("models/qwen0.5b.gguf"), carrier_label("Qwen/Qwen3-0.6B@main")
        ('qwen0.5b', 'qwen3-0.6b')
    """
    if is_address(base):
        named = base.partition("://")[2].removesuffix("/v1")
    else:
        named = re.split(r"[\\/]", base.rstrip("\\/"))[-1].partition("@")[0].removesuffix(".gguf")
    return re.sub(r"[^\w.-]+", "-", named.lower()).strip("-._") or "carrier"


def _check_remote(where: str, carrier: CarrierConfig, server: ServerConfig | None) -> None:
    """Raise `ValueError` if a *server* is given for what is none, or weights are chosen for what is one."""
    if not is_address(carrier.base):
        if server is not None:
            raise ValueError("[server] is for a carrier that is an address, such as http://host:port/v1")
        return
    chosen = {field: getattr(carrier, field) for field in CarrierConfig.model_fields}
    if CarrierConfig(**chosen) != CarrierConfig(base=carrier.base):
        raise ValueError(
            f"{where}: a server chooses its weights and its device itself; keep nothing but base"
        )


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


def render_config(config: MindConfig) -> str:
    """Return a commented `mind.toml` that says what *config* says."""
    about = (
        "# A mind. `scenograph train` builds what this file describes: only what changed since the last time."
    )
    further = [line for name, carrier in config.carriers.items() for line in _table(name, carrier)]
    return "\n".join([about, *_lines(config), *further]) + "\n"


def render_carrier(name: str, carrier: FurtherCarrier) -> str:
    """Return the tables of the further carrier *name*, to be put at the end of a `mind.toml`."""
    return "\n".join(_table(name, carrier)) + "\n"


def _table(name: str, carrier: FurtherCarrier) -> Iterator[str]:
    """Yield the tables of a further carrier: what is not as usual."""
    is_bare = re.fullmatch("[A-Za-z0-9_-]+", name)
    where = f"carriers.{name if is_bare else json.dumps(name, ensure_ascii=False)}"
    given = {"base": carrier.base} | carrier.model_dump(exclude_defaults=True)
    yield f"\n[{where}]"
    for key in given:
        value = getattr(carrier, key)
        if not isinstance(value, Section):
            yield f"{key} = {_value(value)}"
    for key in given:
        value = getattr(carrier, key)
        if isinstance(value, Section):
            yield f"\n[{where}.{key}]"
            yield from _lines(value)


def _lines(section: Section) -> Iterator[str]:
    for name, field in type(section).model_fields.items():
        value = getattr(section, name)
        if isinstance(value, Section):
            yield f"\n[{name}]"
            yield from _lines(value)
        elif value is not None and name != "carriers":
            comment = f"  # {field.description}" if field.description else ""
            yield f"{name} = {_value(value)}{comment}"


def _value(value: Any) -> str:
    """Return *value* as TOML on one line."""
    if not isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    pairs: dict[str, Any] = value
    inside = ", ".join(f"{json.dumps(key, ensure_ascii=False)} = {_value(own)}" for key, own in pairs.items())
    return f"{{ {inside} }}" if inside else "{}"
