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

import re
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from scenograph.carriers.remote.server import is_address
from scenograph.domains import load_domain
from scenograph.errors import MindError
from scenograph.mind.sections import (
    AdapterConfig,
    BridgeConfig,
    CarrierConfig,
    CorpusConfig,
    EvaluationConfig,
    FurtherCarrier,
    MemoryConfig,
    ReaderConfig,
    Section,
    ServerConfig,
    ThinkingConfig,
    TrainingConfig,
    VisionConfig,
    VocabularyConfig,
    check_known,
)

FORMAT = 1
"""The version of the mind folder."""


def _domain(name: str) -> str:
    try:
        load_domain(name)
    except MindError as error:
        raise ValueError(str(error)) from None
    return name


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
    vision: VisionConfig = Field(default_factory=VisionConfig)
    thinking: ThinkingConfig = Field(default_factory=ThinkingConfig)
    evaluation: EvaluationConfig = Field(default_factory=EvaluationConfig)
    carriers: dict[Annotated[str, AfterValidator(_carrier_name)], FurtherCarrier] = Field(
        default_factory=dict[str, FurtherCarrier]
    )

    @model_validator(mode="after")
    def _check_corpus(self) -> MindConfig:
        for kind in ("languages", "styles"):
            check_known(kind, getattr(self.corpus, kind), load_domain(self.domain))
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
