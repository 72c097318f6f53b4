"""
All adapters of a mind, stacked, over one frozen model.

`GroupedLora` has, for every adapted linear layer, the A and B matrices of all adapters as two tensors. The
model is never changed: forward hooks add the low-rank products while a `with` block runs.

    with lora.active(model, ["decoder.poet", None], starts=[7, 0]):
        model(ids)          # row 0 speaks as a poet from position 7 on, row 1 is the bare model

A position is that of a token in its row, without padding, as `position_ids` gives it. So one block covers the
prompt and the tokens decoded after it.

The hooks belong to the model, not to a thread: only one thread at a time may use a model.
"""

from __future__ import annotations

import math
import re
import threading
from collections.abc import Callable, Generator, Mapping, Sequence, Set
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass
from hashlib import blake2b
from typing import Any, Literal, NamedTuple, Protocol, TypeAlias, final
from weakref import WeakKeyDictionary, WeakSet

import torch
from torch import Tensor, nn
from torch.nn.functional import one_hot, pad
from torch.utils.hooks import RemovableHandle

from scenograph.adapters.checkpointing import computed_twice
from scenograph.adapters.experts import NAME as EXPERTS
from scenograph.adapters.experts import Rows, Slice, adapted, is_slice, slices_of
from scenograph.adapters.product import add_blocks, add_one, add_rows
from scenograph.errors import AdapterError

AdapterActivation: TypeAlias = Literal["invocation", "always"]
"""Where an adapter acts: from the invocation token on, or on every token."""

TARGETS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
"""Linear layers of attention and MLP, by the last part of their names, in Llama-like architectures."""

_Add: TypeAlias = Callable[[str, Tensor, Tensor], Tensor]
_NEVER = 1 << 60
_NARROW = 192  # width of adapters side by side up to which those that are not needed may stay


class _Adding(Rows, Protocol):
    def add(self, path: str, x: Tensor, out: Tensor, /) -> Tensor: ...


_busy: WeakSet[nn.Module] = WeakSet()


@final
@dataclass(frozen=True, slots=True)
class Shape:
    """What the adapters of a set have in common."""

    names: tuple[str, ...]  # in the order in which they are stacked
    rank: int  # inner dimension of the low-rank product
    alpha: float  # the product is scaled by alpha / rank
    targets: tuple[str, ...] = TARGETS  # last name parts of the adapted linear layers
    activation: AdapterActivation = "invocation"
    first: int = 0  # the lowest adapted layer; those below it are the bare carrier's
    ranks: tuple[int, ...] = ()  # of each adapter, at most `rank`; empty: all have `rank`

    @property
    def scale(self) -> float:
        """Factor of the low-rank product."""
        return self.alpha / self.rank

    def rank_of(self, adapter: int) -> int:
        """Return the rank of adapter number *adapter*; the rest of its factors up to `rank` is zero."""
        return self.ranks[adapter] if self.ranks else self.rank

    def described(self) -> dict[str, Any]:
        """Return the fields as JSON values; without `first` and `ranks` where they say nothing."""
        value = asdict(self)
        for name in ("first", "ranks"):
            if not value[name]:
                del value[name]
        return value


class Pair(NamedTuple):
    """The stacked factors of one layer: `a` (n, r, in) and `b` (n, out, r), float32."""

    a: nn.Parameter
    b: nn.Parameter


def find_targets(model: nn.Module, targets: Sequence[str], first: int = 0) -> dict[str, nn.Linear | Slice]:
    """
    Return the linear layers of *model* whose last name part is in *targets*, by path, in model order.

    Those of decoder layers before layer *first* are left out.

    The experts of a mixture are no linear layers; where *targets* has `experts`, each slice of their
    parameters follows as a layer by itself (`adapters.experts`).

    Raises:
        AdapterError: if there is none
    """
    found: dict[str, nn.Linear | Slice] = {
        path: module
        for path, module in model.named_modules()
        if isinstance(module, nn.Linear) and path.rpartition(".")[2] in targets and layer_of(path) >= first
    }
    if EXPERTS in targets:
        found |= {path: own for path, own in slices_of(model).items() if layer_of(path) >= first}
    if not found:
        raise AdapterError(
            f"{type(model).__name__} has no linear layer named {', '.join(targets)}"
            f"{f' in layer {first} or above' if first else ''}; name the layers to adapt in targets"
        )
    return found


def layer_of(path: str) -> int:
    """Return the number of the decoder layer that *path* is in; 0 if it is in none."""
    found = re.search(r"\blayers\.(\d+)\.", path)
    return int(found[1]) if found else 0


@final
class GroupedLora:
    """
    The weights of all adapters of a set.

    Args:
        shape: names, rank and targets
        pairs: stacked factors by the path of the layer they belong to
    """

    def __init__(self, shape: Shape, pairs: Mapping[str, Pair]) -> None:
        self.shape = shape
        self.pairs = dict(pairs)
        self._index = {name: i for i, name in enumerate(shape.names)}
        self._slices = [path for path in self.pairs if is_slice(path)]
        self._layers = WeakKeyDictionary[nn.Module, list[tuple[str, nn.Module]]]()
        self._stacked: Stack | None = None
        self._digests: dict[str, tuple[object, str]] = {}

    @classmethod
    def fresh(cls, shape: Shape, model: nn.Module, seed: int) -> GroupedLora:
        """
        Return untrained adapters for *model*: A uniform as in PEFT, B zero, so that nothing changes yet.

        The first values of an adapter depend on *seed*, its name and the layer, not on the other adapters.
        An adapter with a smaller rank has zeros in the rest of both factors. They stay zero: the gradient of
        each is a product with the other.
        """
        pairs: dict[str, Pair] = {}
        for path, layer in find_targets(model, shape.targets, shape.first).items():
            bound = 1 / math.sqrt(layer.in_features)
            a = torch.zeros(len(shape.names), shape.rank, layer.in_features)
            for number, name in enumerate(shape.names):
                own = a[number, : shape.rank_of(number)]
                own.uniform_(-bound, bound, generator=_generator(seed, name, path))
            b = torch.zeros(len(shape.names), layer.out_features, shape.rank)
            device = layer.weight.device
            pairs[path] = Pair(nn.Parameter(a.to(device)), nn.Parameter(b.to(device)))
        return cls(shape, pairs)

    def parameters(self) -> list[nn.Parameter]:
        """All factors, in a fixed order."""
        return [factor for pair in self.pairs.values() for factor in pair]

    def index(self, name: str) -> int:
        """Return the place of adapter *name* in the stacks; an unknown one is an `AdapterError`."""
        if name not in self._index:
            raise AdapterError(f"there is no adapter {name!r}; this set has {', '.join(self.shape.names)}")
        return self._index[name]

    def digest(self, name: str) -> str:
        """Return the digest of the factors of adapter *name* and of what else decides what it does."""
        state, number = self.state(), self.index(name)
        if name not in self._digests or self._digests[name][0] != state:
            hashed = blake2b(f"{self.shape.scale} {self.shape.activation}".encode(), digest_size=16)
            for path, pair in self.pairs.items():
                hashed.update(path.encode())
                for factor in pair:
                    hashed.update(factor.detach()[number].cpu().contiguous().numpy().tobytes())
            self._digests[name] = state, hashed.hexdigest()
        return self._digests[name][1]

    def before(self, name: str | None) -> str:
        """Return the digest of adapter *name* if it acts before its invocation token, too; else nothing."""
        return "" if name is None or self.shape.activation == "invocation" else self.digest(name)

    def state(self) -> tuple[int, ...]:
        """Return what changes whenever a factor does."""
        return tuple(number for it in self.parameters() for number in (it.data_ptr(), it._version))

    def _stack(self, needed: Set[int]) -> Stack:
        """
        Return a stack of *needed* adapters, the last one if it still does.

        It may have more, as long as all are narrow together: rows of other voices come and go.
        """
        stack = self._stacked
        does = (
            stack is not None
            and needed <= stack.place.keys()
            and (len(needed) == len(stack.place) or stack.width <= _NARROW)
            and stack.state == self.state()
        )
        if not does:
            kept = () if stack is None else stack.place.keys()
            both = sorted({*needed, *kept})
            chosen = both if len(both) * self.shape.rank <= _NARROW else sorted(needed)
            stack = self._stacked = Stack(self, chosen or [0])
        assert stack is not None
        return stack

    @contextmanager
    def active(
        self, model: nn.Module, names: Sequence[str | None], starts: Sequence[int]
    ) -> Generator[ActiveRows]:
        """
        Let each row of a batch go through its own adapter while the block runs; not differentiable.

        Args:
            model: the carrier's model
            names: the adapter of each row; None: the bare model
            starts: for each row the position of its invocation token; not used if adapters act always
        Yields:
            The rows.
        Raises:
            AdapterError: on an unknown name, or if adapters already act on *model*
        """
        if len(names) != len(starts):
            raise AdapterError(f"{len(names)} rows but {len(starts)} invocation positions; give one for each")
        always = self.shape.activation == "always"
        index = [None if name is None else self.index(name) for name in names]
        begins = [
            _NEVER if name is None else 0 if always else start
            for name, start in zip(names, starts, strict=True)
        ]
        rows = ActiveRows(self._stack({it for it in index if it is not None}), index, begins)
        base = getattr(model, "base_model", model)
        handle = base.register_forward_pre_hook(rows.place, with_kwargs=True)
        try:
            with self._hooked(model, rows):
                yield rows
        finally:
            handle.remove()

    @contextmanager
    def training(
        self, model: nn.Module, workers: int = 1, *, checkpointing: bool = False
    ) -> Generator[TrainingRows]:
        """
        Let batches go through the adapters, differentiably, while the block runs.

        Args:
            model: the carrier's model
            workers: threads that work on a batch at the same time
            checkpointing: compute layers twice, to store less
        Yields:
            The rows; call `set` before each forward pass.
        """
        rows = TrainingRows(self, [self.pairs, *(_sharing(self.pairs) for _ in range(workers - 1))])
        with self._hooked(model, rows), computed_twice(model, rows) if checkpointing else nullcontext():
            yield rows

    @contextmanager
    def _hooked(self, model: nn.Module, rows: _Adding) -> Generator[None]:
        if model in _busy:
            raise AdapterError("adapters already act on this model; leave the open block first")
        _busy.add(model)
        if model not in self._layers:
            paths = [path for path in self.pairs if not is_slice(path)]
            self._layers[model] = [(path, model.get_submodule(path)) for path in paths]
        handles = [_hook(layer, path, rows.add) for path, layer in self._layers[model]]
        try:
            with adapted(model, self._slices, rows):
                yield
        finally:
            for handle in handles:
                handle.remove()
            _busy.discard(model)


@final
class Stack:
    """
    Some adapters of a set side by side, as one wide adapter, for inference.

    Args:
        lora: the set
        adapters: their numbers
    """

    def __init__(self, lora: GroupedLora, adapters: Sequence[int]) -> None:
        self.rank = lora.shape.rank
        self.place = {adapter: place for place, adapter in enumerate(adapters)}
        self.width = len(adapters) * self.rank
        self.state = lora.state()
        self._lora, self._adapters = lora, torch.tensor(adapters)
        self._wide: dict[str, tuple[Tensor, Tensor]] = {}

    def factors(self, path: str, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return A (k * r, in) and B (out, k * r), scale included, of the layer at *path* for *x*."""
        if path not in self._wide:
            pair = self._lora.pairs[path]
            used = self._adapters.to(pair.a.device)
            a = pair.a.detach()[used].flatten(0, 1)
            b = (pair.b.detach()[used] * self._lora.shape.scale).transpose(0, 1).flatten(1)
            self._wide[path] = a.to(x), b.to(x)
        return self._wide[path]


@final
class ActiveRows:
    """
    The rows of a running batch: which adapter each uses and from which position on.

    Args:
        stack: at least the adapters in use
        index: the adapter of each row; None: none
        starts: of each row
    """

    def __init__(self, stack: Stack, index: Sequence[int | None], starts: Sequence[int]) -> None:
        self._stack = stack
        own = torch.zeros(len(index), 1, stack.width)
        for row, adapter in enumerate(index):
            if adapter is not None:
                begin = stack.place[adapter] * stack.rank
                own[row, 0, begin : begin + stack.rank] = 1
        self._own = own
        self._starts = torch.tensor(starts)
        self._mask: Tensor | None = None
        self._idle = False
        self._first = 0  # no adapter acts on a column before this one

    def place(self, _: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Forward pre-hook of the model's body: find the positions of the new tokens and what acts there."""
        given = kwargs.get("input_ids", args[0] if args else None)
        tokens: Tensor = kwargs["inputs_embeds"] if given is None else given
        count, length = tokens.shape[:2]
        if count != len(self._starts):
            raise AdapterError(f"the batch has {count} rows, but adapters were named for {len(self._starts)}")
        positions: Tensor | None = kwargs.get("position_ids")
        if positions is None:
            cache = kwargs.get("past_key_values")
            begin = 0 if cache is None else int(cache.get_seq_length())
            positions = torch.arange(begin, begin + length)[None]
        acts = positions.cpu() >= self._starts[:, None]  # (R, S)
        self._idle = not bool(acts.any())
        self._first = 0 if self._idle else int(acts.any(0).int().argmax())
        acts = acts[:, self._first :]
        if not bool(acts.all()):
            self._mask = (self._own * acts[..., None]).to(tokens.device)
        else:
            self._mask = None if len(self._stack.place) == 1 else self._own.to(tokens.device)

    def add(self, path: str, x: Tensor, out: Tensor) -> Tensor:
        """Return the output of the layer at *path* plus the low-rank products."""
        if self._idle:
            return out
        mask = None if self._mask is None else self._mask.to(x.dtype)
        factors = self._stack.factors(path, x)
        if not self._first:
            return add_blocks(out, x, *factors, mask)
        acted = add_blocks(out[:, self._first :], x[:, self._first :], *factors, mask)
        return torch.cat((out[:, : self._first], acted), 1)

    @property
    def is_acting(self) -> bool:
        """Whether any adapter acts on any of the new tokens."""
        return not self._idle

    def product(self, path: str, x: Tensor, places: Tensor, tokens: int) -> Tensor:
        """Return the low-rank products of a slice of experts; see `experts.Rows`."""
        wide_a, wide_b = self._stack.factors(path, x)
        inner = x @ wide_a.T
        if self._mask is not None:
            columns = tokens // len(self._mask)
            mask = self._mask.expand(-1, columns - self._first, -1)
            each = pad(mask, (0, 0, self._first, 0)).flatten(0, 1)  # of each token
            inner = inner * each[places].to(x.dtype)
        return inner @ wide_b.T


@final
class TrainingRows(threading.local):
    """
    The rows that this thread trains on.

    Several threads may work on parts of a batch. Each calls `enter` with its own number and has its own
    gradients, so that their sum does not depend on which thread was first.
    """

    def __init__(self, lora: GroupedLora, replicas: Sequence[Mapping[str, Pair]]) -> None:
        self._replicas = replicas
        self._scale = lora.shape.scale
        self._pairs = replicas[0]
        self._index: Tensor | None = None
        self._only: int | None = None
        self._mask: Tensor | None = None

    def enter(self, worker: int) -> None:
        """Let this thread add to the gradients of *worker* from now on."""
        self._pairs = self._replicas[worker]

    def set(self, index: Tensor | None, mask: Tensor | None = None, *, only: int | None = None) -> None:
        """
        Choose the adapters of this thread's next forward passes.

        Args:
            index: int64, shape (R,), the adapter of each row; None: the bare model
            mask: float, shape (R, S, 1); 0 where the adapter does not act; None: it acts everywhere
            only: the adapter, if it is that of all rows: its factors are not copied for each row then
        """
        self._index, self._mask, self._only = index, mask, only

    def add(self, path: str, x: Tensor, out: Tensor) -> Tensor:
        """Return the output of the layer at *path* plus the low-rank products."""
        if self._index is None:
            return out
        a, b = self._pairs[path]
        if self._only is not None:
            own_a, own_b = a[self._only].to(x.dtype), b[self._only].to(x.dtype)
            return add_one(out, x, own_a, own_b, self._scale, self._mask)
        return add_rows(out, x, a.to(x.dtype), b.to(x.dtype), self._index, self._scale, self._mask)

    @property
    def is_acting(self) -> bool:
        """Whether this thread's next forward pass has adapters."""
        return self._index is not None

    def product(self, path: str, x: Tensor, places: Tensor, tokens: int) -> Tensor:
        """Return the low-rank products of a slice of experts, differentiably; see `experts.Rows`."""
        assert self._index is not None
        a, b = (factor.to(x.dtype) for factor in self._pairs[path])
        adapters, rank = a.shape[:2]
        own = one_hot(self._index[places // (tokens // len(self._index))], adapters).to(x.dtype)  # (T, n)
        if self._mask is not None:
            own = own * self._mask.expand(-1, tokens // len(self._mask), -1).flatten(0, 1)[places]
        inner = x @ a.flatten(0, 1).T * own.repeat_interleave(rank, 1)  # each token in its own block
        return self._scale * (inner @ b.transpose(1, 2).flatten(0, 1))

    def state(self) -> dict[str, Any]:
        """Return what acts in this thread, for `restore`."""
        return dict(self.__dict__)

    def restore(self, state: dict[str, Any]) -> None:
        """Let act in this thread what acted where *state* was returned."""
        self.__dict__.update(state)

    def collect(self) -> None:
        """Add the gradients of all workers to those of the parameters, in the order of workers."""
        for path, own in self._replicas[0].items():
            for replica in self._replicas[1:]:
                for mine, theirs in zip(own, replica[path], strict=True):
                    if mine.grad is None:
                        mine.grad = theirs.grad
                    elif theirs.grad is not None:
                        mine.grad += theirs.grad
                    theirs.grad = None


def _sharing(pairs: Mapping[str, Pair]) -> dict[str, Pair]:
    """Return parameters that share the values of *pairs* but have gradients of their own."""
    return {path: Pair(*(nn.Parameter(factor.detach()) for factor in pair)) for path, pair in pairs.items()}


def _hook(layer: Any, path: str, add: _Add) -> RemovableHandle:
    # Quantised layers may return views, to which nothing can be added in place.
    if layer.weight.is_floating_point():
        return layer.register_forward_hook(lambda _, args, out: add(path, args[0], out))
    return layer.register_forward_hook(lambda _, args, out: add(path, args[0], out.clone()))


def _generator(seed: int, name: str, path: str) -> torch.Generator:
    digest = blake2b(f"{seed}/{name}/{path}".encode(), digest_size=7).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest, "big"))
