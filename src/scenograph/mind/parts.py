"""
The parts of a mind: memory, domain, carrier, bridge and readers, each made when it is first needed.

Remembering and recalling scenes needs the memory alone, so that no model is loaded for it.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, final

from scenograph.core import Lexicon
from scenograph.domain import Domain
from scenograph.errors import MindError
from scenograph.mind.keeper import Keeper
from scenograph.mind.names import RememberedNames
from scenograph.mind.reading import GraphSource, MindReader, graph_source
from scenograph.mind.steps.confidence import measured_threshold
from scenograph.mind.steps.corpus import LEXICON
from scenograph.mind.teaching.styles import styled
from scenograph.mind.workspace import Workspace, read_made

if TYPE_CHECKING:
    from scenograph.bridge import Bridge
    from scenograph.carriers import LocalCarrier
    from scenograph.carriers.protocol import Carrier
    from scenograph.carriers.remote import RemoteCarrier
    from scenograph.memory import Memory
    from scenograph.readers.graph_reader import GraphReader


@final
class Parts:
    """
    The parts of one open mind.

    Args:
        workspace: the mind's folder, over one of its carriers
        read_only: write nothing to its memory
        first: the parts of the mind over its first carrier, whose memory these use; None: these are they
    """

    def __init__(self, workspace: Workspace, *, read_only: bool, first: Parts | None = None) -> None:
        self.workspace = workspace
        self.read_only = read_only
        self.first = first
        self._others: dict[str, Parts] = {}

    @classmethod
    def of(cls, workspace: Workspace, *, read_only: bool) -> Parts:
        """Return the parts of the mind in *workspace*, over its carrier."""
        if workspace.is_first:
            return cls(workspace, read_only=read_only)
        first = cls(workspace.over(None), read_only=read_only)
        first._others[workspace.carrier] = parts = cls(workspace, read_only=read_only, first=first)
        return parts

    def over(self, name: str) -> Parts:
        """
        Return the parts of the same mind over its carrier *name*; they share the memory.

        Raises:
            MindError: if there is no such carrier
        """
        first = self.first or self
        if name == first.workspace.carrier:
            return first
        if name not in first._others:
            over = first.workspace.over(name)
            first._others[name] = Parts(over, read_only=first.read_only, first=first)
        return first._others[name]

    def close(self) -> None:
        """Close the memory, the connection to a server and llama.cpp, as far as they are open."""
        for other in self._others.values():
            other.close()
        if "remote_carrier" in self.__dict__:
            self.remote_carrier.client.close()
        if "memory" in self.__dict__:
            if self.first is None:
                self.memory.close()
            del self.__dict__["memory"]
        if "bridge" in self.__dict__ and (close := getattr(self.bridge.carrier, "close", None)) is not None:
            close()
            del self.__dict__["bridge"]

    @cached_property
    def memory(self) -> Memory:
        """The mind's memory, the same over all carriers; made on first use."""
        if self.first is not None:
            return self.first.memory
        from scenograph.memory import Memory
        from scenograph.mind.embedder import mind_embedder

        if not self.read_only:
            self.workspace.memory.mkdir(parents=True, exist_ok=True)
        return Memory.open(
            self.workspace.memory,
            read_only=self.read_only,
            vectors=self.workspace.config.memory.vectors,
            embedder=mind_embedder(self.workspace, lambda: self.local_carrier),
        )

    @cached_property
    def domain(self) -> Domain:
        """What the mind can talk about, with its own styles and the names that its memory has seen."""
        return styled(self.workspace).knowing(self.names)

    @cached_property
    def names(self) -> RememberedNames:
        """The names that the memory has seen."""
        if self.first is not None:
            return self.first.names
        return RememberedNames(lambda: self.memory if self.workspace.memory.exists() else None)

    @cached_property
    def lexicon(self) -> Lexicon:
        """The lexemes learned from the corpus."""
        return Lexicon.from_json(read_made(self._made(self.workspace.corpus / LEXICON)))

    @property
    def carrier(self) -> Carrier:
        """The frozen model with the mind's vocabulary, or the server with the mind's examples."""
        return self.remote_carrier if self.workspace.config.is_remote else self.local_carrier

    @cached_property
    def local_carrier(self) -> LocalCarrier:
        """The carrier, if it runs in this process."""
        from scenograph.mind.carrier import bare_carrier, open_carrier

        if self.workspace.config.is_remote:
            return bare_carrier(self.workspace)  # says that it is a server
        self._made(self.workspace.vocabulary)
        return open_carrier(self.workspace)

    @cached_property
    def remote_carrier(self) -> RemoteCarrier:
        """The carrier, if it is a server."""
        from scenograph.mind.carrier import remote_carrier

        self._made(self.workspace.corpus)
        return remote_carrier(self.workspace)

    @cached_property
    def bridge(self) -> Bridge:
        """The translator between texts and scenes."""
        from scenograph.bridge import Bridge
        from scenograph.bridge.bridge import LEAST_CONFIDENCE
        from scenograph.bridge.grammar import closes_over, open_grammar
        from scenograph.carriers.shared import SharedCarrier
        from scenograph.mind.served import adapted_carrier

        grammar = None
        if self.workspace.config.is_remote:
            carrier = self.remote_carrier
            if not closes_over(carrier.atoms, self.domain):  # a model that was not trained invents roles
                grammar = open_grammar(carrier.atoms, other_roles=False)
        else:
            self._made(self.workspace.adapters)
            carrier = SharedCarrier(adapted_carrier(self.workspace, lambda: self.local_carrier))
        table = self.workspace.config.bridge
        # Minds that are older than the step `confidence` have no measured one.
        choices = (table.confidence, measured_threshold(self.workspace), LEAST_CONFIDENCE)
        confidence = next(choice for choice in choices if choice is not None)
        return Bridge(
            carrier, domain=self.domain, threshold=table.threshold, confidence=confidence, grammar=grammar
        )

    @cached_property
    def graph_source(self) -> GraphSource:
        """Where the reader of open text comes from."""
        return graph_source(self.workspace, lambda: self.local_carrier)

    @property
    def graph_reader(self) -> GraphReader:
        """
        The reader of open text: the bundled one, or what `mind.toml` names.

        Raises:
            CarrierError: if its file is missing or damaged, or was trained over another carrier
        """
        return self.graph_source.load()

    @cached_property
    def reader(self) -> MindReader:
        """What reads texts of any length."""
        source = self.graph_source
        bridge = (lambda: self.bridge) if self.is_trained else None
        return MindReader(
            lambda: self.domain,
            source.load,
            bridge,
            in_processes=source.in_processes,
            knows=self._knows if self.workspace.config.is_remote else None,
        )

    def _knows(self, text: str) -> bool:
        """Return whether the examples of a carrier on a server have the words of *text*."""
        return self.remote_carrier.examples.knows(text)

    @cached_property
    def keeper(self) -> Keeper:
        """What stores texts and scenes in the memory."""
        return Keeper(lambda: self.memory, self.reader, self.names.refresh)

    @property
    def is_trained(self) -> bool:
        """Whether it has adapters, or examples for a server; else it reads open text, and has no styles."""
        needed = self.workspace.corpus if self.workspace.config.is_remote else self.workspace.adapters
        return needed.exists()

    def _made(self, path: Path) -> Path:
        if not path.exists():
            folder = self.workspace.folder
            workspace = self.workspace
            way = f"train {folder}" if workspace.is_first else f"carry {folder} --to {workspace.carrier}"
            over = "" if workspace.is_first else f" over {workspace.carrier}"
            raise MindError(f"{folder} is not trained yet{over} (no {path.name}); run: scenograph {way}")
        return path
