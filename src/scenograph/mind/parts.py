"""
The parts of a mind: memory, domain, carrier, bridge and readers, each made when it is first needed.

Remembering and recalling scenes needs the memory alone, so that no model is loaded for it.
"""

from __future__ import annotations

import logging
import tempfile
import threading
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, final

from scenograph.core import Lexicon
from scenograph.domain import Domain
from scenograph.errors import MindError, ScenographError
from scenograph.mind.keeper import Keeper
from scenograph.mind.measuring import Measurer
from scenograph.mind.names import RememberedNames
from scenograph.mind.namespaces import Namespaces
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
    from scenograph.carriers.vision import ServedVision
    from scenograph.memory import Memory
    from scenograph.readers.graph_reader import GraphReader

_log = logging.getLogger(__name__)


@final
class Parts:
    """
    The parts of one open mind.

    In a namespace it has a memory, names and a reader of its own; carriers and weights are those of its home.

    Args:
        workspace: the mind's folder, over one of its carriers
        read_only: write nothing to its memory
        first: the parts of the mind over its first carrier, whose memory these use; None: these are they
        home: the parts of the mind outside the namespace; None: these are in none
        folder: of the memory; None: that of the mind's own
    """

    def __init__(
        self,
        workspace: Workspace,
        *,
        read_only: bool,
        first: Parts | None = None,
        home: Parts | None = None,
        folder: Path | None = None,
    ) -> None:
        self.workspace = workspace
        self.read_only = read_only
        self.first = first
        self.home = home
        self.folder = folder or workspace.memory
        self.namespaces = Namespaces(workspace.folder, self.within)
        self._others: dict[str, Parts] = {}
        self._opening = threading.RLock()
        self._memory: Memory | None = None
        self._bridge: Bridge | None = None
        self._file: int | None = None  # the number of the database's file when it was opened

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

    def within(self, folder: Path) -> Parts:
        """Return the parts of the same mind with the memory in *folder*."""
        return Parts(self.workspace, read_only=self.read_only, home=self, folder=folder)

    def close(self) -> None:
        """Close the memories, the connection to a server and llama.cpp, as far as they are open."""
        self.namespaces.close()
        for other in self._others.values():
            other.close()
        if self.home is None and "remote_carrier" in self.__dict__:
            self.remote_carrier.client.close()
        if self.home is None and "vision" in self.__dict__:
            self.vision.close()
        with self._opening:
            memory, self._memory = self._memory, None
        if memory is not None:
            self._close_memory(memory)
        if "_nothing" in self.__dict__:
            memory, place = self._nothing
            memory.close()
            place.cleanup()
            del self.__dict__["_nothing"]
        bridge, self._bridge = self._bridge, None
        if self.home is None and bridge is not None:
            close = getattr(bridge.carrier, "close", None)
            if close is not None:
                close()

    def _close_memory(self, memory: Memory) -> None:
        try:
            memory.close()
        except (ScenographError, OSError):
            if not self.is_gone():
                raise
            _log.warning("a namespace was forgotten by another process while it was open")

    @property
    def memory(self) -> Memory:
        """The memory, the same over all carriers. That of a namespace that has none yet is an empty one."""
        if self.first is not None:
            return self.first.memory
        with self._opening:
            if self._memory is None and self.home is not None and not self.has_memory:
                return self.home.nothing
            return self.made()

    def made(self) -> Memory:
        """Return the memory, to write to it; it is made if there is none."""
        if self.first is not None:
            return self.first.made()
        with self._opening:
            if self._memory is None:
                self._memory = self._opened()
                self._file = self._number()
            return self._memory

    def _opened(self) -> Memory:
        from scenograph.memory import Memory
        from scenograph.memory.index.vector_index import DEFAULT, parse_address
        from scenograph.mind.embedder import mind_embedder

        if not self.read_only:
            self.folder.mkdir(parents=True, exist_ok=True)
        vectors = self.workspace.config.memory.vectors
        if self.home is not None and parse_address(vectors).kind == "qdrant":
            vectors = DEFAULT  # a collection holds one memory; a small memory has its index beside it
        return Memory.open(
            self.folder,
            read_only=self.read_only,
            vectors=vectors,
            embedder=mind_embedder(self.workspace, lambda: self.local_carrier),
        )

    @property
    def has_memory(self) -> bool:
        """Whether there is a memory on the disk."""
        return self._number() is not None

    def is_gone(self) -> bool:
        """Return whether the memory that is open was removed, or replaced by another one."""
        return self._memory is not None and self._file != self._number()

    def _number(self) -> int | None:
        from scenograph.memory.state import DATABASE

        try:
            return (self.folder / DATABASE).stat().st_ino
        except FileNotFoundError:
            return None

    @property
    def nothing(self) -> Memory:
        """A memory that is empty, and stays so."""
        with self._opening:
            return self._nothing[0]

    @cached_property
    def _nothing(self) -> tuple[Memory, tempfile.TemporaryDirectory[str]]:
        from scenograph.memory import Memory

        place = tempfile.TemporaryDirectory(prefix="scenograph-")
        Memory.open(place.name).close()
        return Memory.open(place.name, read_only=True), place

    @cached_property
    def domain(self) -> Domain:
        """What the mind can talk about, with its own styles and the names that its memory has seen."""
        return (self.home or self).styled.knowing(self.names)

    @cached_property
    def styled(self) -> Domain:
        """What the mind can talk about, with its own styles."""
        return styled(self.workspace)

    @cached_property
    def names(self) -> RememberedNames:
        """The names that the memory has seen."""
        if self.first is not None:
            return self.first.names
        return RememberedNames(lambda: self.memory if self.folder.exists() else None)

    @cached_property
    def lexicon(self) -> Lexicon:
        """The lexemes learned from the corpus."""
        if self.home is not None:
            return self.home.lexicon
        return Lexicon.from_json(read_made(self._made(self.workspace.corpus / LEXICON)))

    @property
    def carrier(self) -> Carrier:
        """The frozen model with the mind's vocabulary, or the server with the mind's examples."""
        return self.remote_carrier if self.workspace.config.is_remote else self.local_carrier

    @cached_property
    def local_carrier(self) -> LocalCarrier:
        """The carrier, if it runs in this process."""
        if self.home is not None:
            return self.home.local_carrier
        from scenograph.mind.carrier import bare_carrier, open_carrier

        if self.workspace.config.is_remote:
            return bare_carrier(self.workspace)  # says that it is a server
        self._made(self.workspace.vocabulary)
        return open_carrier(self.workspace)

    @cached_property
    def remote_carrier(self) -> RemoteCarrier:
        """The carrier, if it is a server."""
        if self.home is not None:
            return self.home.remote_carrier
        from scenograph.mind.carrier import remote_carrier

        self._made(self.workspace.corpus)
        return remote_carrier(self.workspace)

    @cached_property
    def vision(self) -> ServedVision:
        """
        The model that says what pictures show.

        Raises:
            MindError: if `mind.toml` names none
        """
        if self.home is not None:
            return self.home.vision
        from scenograph.carriers.remote import Address, Client
        from scenograph.carriers.vision import ServedVision

        named = self.workspace.config.vision
        if named.base is None:
            raise MindError(
                "a picture needs a model that sees; name its server in mind.toml: "
                '[vision] base = "http://host:port/v1"'
            )
        return ServedVision(Client(Address(named.base, named.key_from, named.timeout)), named.model)

    @property
    def bridge(self) -> Bridge:
        """The translator between texts and scenes."""
        with self._opening:
            if self._bridge is None:
                self._bridge = self._bridged(self.domain)
            return self._bridge

    def reload(self) -> None:
        """
        Take the adapters and styles that are on the disk now; what was begun ends with those of before.

        llama.cpp takes adapters only when it starts: another one is started, and that of before ends with the
        last that uses it.

        Raises:
            MindError: if the carrier is a server, which cannot take others
            ScenographError: if they are damaged or do not fit; those of before stay
        """
        if self.home is not None:
            self.home.reload()
            return
        if self.workspace.config.is_remote:
            raise MindError(
                f"the examples of {self.workspace.folder} for a server are read once; open the mind again"
            )
        styled_anew = styled(self.workspace)
        bridge = self._bridged(styled_anew.knowing(self.names)) if self.is_trained else None
        self._replace(bridge, styled_anew)
        for parts in self.namespaces.opened():
            parts._replace(None)

    def _replace(self, bridge: Bridge | None, styled_anew: Domain | None = None) -> None:
        """Use *bridge*, and make all that depends on it when it is next needed."""
        with self._opening:
            if styled_anew is not None:
                self.__dict__["styled"] = styled_anew
            for made in ("domain", "reader", "keeper"):
                self.__dict__.pop(made, None)
            self._bridge = bridge

    def _bridged(self, domain: Domain) -> Bridge:
        from scenograph.bridge import Bridge
        from scenograph.bridge.bridge import LEAST_CONFIDENCE
        from scenograph.bridge.grammar import closes_over, open_grammar
        from scenograph.mind.served import adapted_carrier

        grammar = None
        if self.workspace.config.is_remote:
            carrier = self.remote_carrier
            if not closes_over(carrier.atoms, domain):  # a model that was not trained invents roles
                grammar = open_grammar(carrier.atoms, other_roles=False)
        elif self.home is not None:
            carrier = self.home.bridge.carrier
        else:
            self._made(self.workspace.adapters)
            carrier = adapted_carrier(self.workspace, lambda: self.local_carrier)
        table = self.workspace.config.bridge
        # Minds that are older than the step `confidence` have no measured one.
        choices = (table.confidence, measured_threshold(self.workspace), LEAST_CONFIDENCE)
        confidence = next(choice for choice in choices if choice is not None)
        return Bridge(
            carrier, domain=domain, threshold=table.threshold, confidence=confidence, grammar=grammar
        )

    @cached_property
    def graph_source(self) -> GraphSource:
        """Where the reader of open text comes from."""
        if self.home is not None:
            return self.home.graph_source
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
        measurer = Measurer(lambda: self.domain, self.graph_source.load)
        return Keeper(self.made, self.reader, self.names.refresh, measurer)

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
