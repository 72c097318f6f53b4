"""
Sections: the tables of a `mind.toml`, each with its settings, their meaning and what is allowed.

`MindConfig` (`scenograph.mind.config`) puts them together.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from scenograph.carriers.remote.server import KEY, Form, is_address
from scenograph.domain import Domain
from scenograph.domains import load_domain
from scenograph.errors import StoreError
from scenograph.prompts import ABILITIES

BUNDLED = "bundled"
"""The reader that ships with the package."""

Share = Annotated[float, Field(ge=0.0, le=1.0)]


def _of_abilities(mixture: dict[str, float]) -> dict[str, float]:
    """Check that *mixture* is empty, or gives weight to some ability that there is."""
    if unknown := sorted(set(mixture) - set(ABILITIES)):
        raise ValueError(
            f"there is no ability {', '.join(map(repr, unknown))}; choose from {', '.join(ABILITIES)}"
        )
    if mixture and not any(mixture.values()):
        raise ValueError("all weights are 0; give one of them more")
    return mixture


Mixture = Annotated[dict[str, Annotated[float, Field(ge=0)]], AfterValidator(_of_abilities)]


def check_known(kind: str, values: tuple[str, ...], domain: Domain) -> None:
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


class VisionConfig(Section):
    """A model that sees: it says what a picture shows, and the mind reads that."""

    base: str | None = Field(
        default=None, description='a server with OpenAI\'s API that takes pictures, "http://host:port/v1"'
    )
    model: str = Field(default="", description="its name on the server; empty: the only one")
    key_from: str = Field(
        default=KEY, min_length=1, description="the environment variable that holds the key, if one is needed"
    )
    timeout: float = Field(default=300.0, gt=0, description="seconds for one answer")

    @field_validator("base")
    @classmethod
    def _is_server(cls, base: str | None) -> str | None:
        if base is not None and not is_address(base):
            raise ValueError(f"{base!r} is no address of a server, such as http://host:port/v1")
        return base


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
            check_known(info.field_name, values, info.context)
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
    """Joint training of all adapters, for a number of steps or of seconds; 120 seconds by default."""

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
        return data if given else {**data, "seconds": 120.0}


class SchedulePoint(Section):
    """The weights of abilities at one place of the training."""

    at: Share = Field(description="0 for the first step, 1 for the last")
    mixture: Mixture

    @field_validator("mixture")
    @classmethod
    def _has_weights(cls, mixture: dict[str, float]) -> dict[str, float]:
        if not mixture:
            raise ValueError("give a weight to some ability, as { read = 1.0 }")
        return mixture


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
    reward: int = Field(
        default=0,
        ge=0,
        description="steps in which decoders learn from what is read back of their own texts; 0: none",
    )
    reward_by: Literal["policy", "preference"] = Field(
        default="policy",
        description='"policy": each text by how much better it is than the others of its scene; '
        '"preference": the best text of a scene against the worst (DPO)',
    )
    cycle: int = Field(
        default=0,
        ge=0,
        le=100,
        description="rounds in which the reader and the decoders learn from imported scenes without a text "
        "and texts without a scene, each by what the other makes of it; 0: none",
    )
    ranks: dict[str, Annotated[int, Field(ge=1, le=1024)]] = Field(
        default_factory=dict, description='of single adapters, as { "decoder.poet" = 8 }'
    )
    mixture: Mixture = Field(
        default_factory=dict,
        description="weight of each ability in the tasks that are drawn, as { read = 0.5, speak = 0.5 }",
    )
    schedule: tuple[SchedulePoint, ...] = Field(
        default=(),
        description="how often abilities are met as the run goes on, if not as they are drawn: points, as "
        "{ at = 0.5, mixture = { read = 0.8, speak = 0.2 } }, with shares that change evenly between them",
    )

    weights: Literal["even", "scenes", "links"] = Field(
        default="even",
        description='what tokens of an answer weigh: "even": all the same; "scenes": little where the '
        'grammar of scenes leaves no choice; "links": so, and in words that most texts of a voice have',
    )
    consistency: float = Field(
        default=0.0,
        ge=0,
        le=100,
        description="weight, beside the loss, of how far the readings of two texts of one scene differ; "
        "0: one text of a scene is read",
    )

    @model_validator(mode="after")
    def _check_schedule(self) -> TrainingConfig:
        places = [point.at for point in self.schedule]
        if places != sorted(places):
            raise ValueError("the places of a schedule must not fall; put its points in order")
        if any(first == third for first, third in zip(places, places[2:], strict=False)):
            raise ValueError("a schedule has three points at one place; two make a sudden change")
        named = {name for point in self.schedule for name, weight in point.mixture.items() if weight}
        if self.mixture and (lacking := sorted(it for it in named if not self.mixture.get(it))):
            raise ValueError(
                f"the schedule gives weight to {', '.join(lacking)}, and the mixture has no such tasks; "
                "add them to the mixture"
            )
        return self


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


class ThinkingConfig(Section):
    """The thinker, which answers inside the token stream (`scenograph ask --inside`)."""

    steps: int = Field(default=40, ge=0, description="most steps in which it learns; 0: there is none")
    seconds: float = Field(default=30.0, gt=0, description="most time that these steps take")
    examples: int = Field(default=250, ge=1, description="questions of the domain that it learns from")


class EvaluationConfig(Section):
    """The report at the end of training."""

    items: int = Field(default=60, ge=1, description="scenes for each style and language")


class FurtherCarrier(CarrierConfig):
    """A carrier that the mind was carried to; a table that is not given is as for the first carrier."""

    server: ServerConfig | None = None
    adapters: AdapterConfig | None = None
    training: TrainingConfig | None = None
    reader: ReaderConfig | None = None
