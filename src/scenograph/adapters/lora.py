"""
All adapters of a mind, stacked, over one frozen model.

`GroupedLora` has, for every adapted linear layer, the A and B matrices of all adapters as two tensors. Its
weights are never changed: the layers add the low-rank products while a `with` block runs.

    with lora.active(model, ["decoder.poet", None], starts=[7, 0]):
        model(ids)          # row 0 speaks as a poet from position 7 on, row 1 is the bare model

A position is that of a token in its row, without padding, as `position_ids` gives it. So one block covers the
prompt and the tokens decoded after it.

What layers add belongs to the model, not to a thread: only one thread at a time may use a model.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Mapping, Sequence, Set
from contextlib import contextmanager, nullcontext
from hashlib import blake2b
from typing import Any, Protocol, TypeAlias, final
from weakref import WeakKeyDictionary, WeakSet

import torch
from torch import Tensor, nn

from scenograph.adapters.active import ActiveRows, Stack
from scenograph.adapters.checkpointing import computed_twice
from scenograph.adapters.experts import Rows, adapted, is_slice
from scenograph.adapters.shape import Pair, Shape, find_targets
from scenograph.adapters.training_rows import TrainingRows
from scenograph.errors import AdapterError

_Add: TypeAlias = Callable[[str, Tensor, Tensor], Tensor]
_NEVER = 1 << 60
_NARROW = 192  # width of adapters side by side up to which those that are not needed may stay


class _Adding(Rows, Protocol):
    def add(self, path: str, x: Tensor, out: Tensor, /) -> Tensor: ...


_busy: WeakSet[nn.Module] = WeakSet()


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
        self._alone: dict[int, Stack] = {}
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

        It may have more, as long as all are narrow together: rows of other voices come and go. One adapter
        alone has a stack of its own: many long texts are read at once, and each number of the others' width
        would be computed for each of their tokens.
        """
        if len(needed) == 1:
            [only] = needed
            stack = self._alone.get(only)
            if stack is None or stack.state != self.state():
                stack = self._alone[only] = Stack(self, [only])
            return stack
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
        rows = TrainingRows(
            self.shape.scale, [self.pairs, *(_sharing(self.pairs) for _ in range(workers - 1))]
        )
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
        # Written past `nn.Module.__setattr__`, which looks for parameters first: this is done for each token.
        before = [(vars(layer), vars(layer).get("forward")) for _, layer in self._layers[model]]
        try:
            for path, layer in self._layers[model]:
                vars(layer)["forward"] = _forward(layer, path, rows.add)
            with adapted(model, self._slices, rows):
                yield
        finally:
            for own, forward in before:
                if forward is None:
                    own.pop("forward", None)
                else:
                    own["forward"] = forward
            _busy.discard(model)


def _sharing(pairs: Mapping[str, Pair]) -> dict[str, Pair]:
    """Return parameters that share the values of *pairs* but have gradients of their own."""
    return {path: Pair(*(nn.Parameter(factor.detach()) for factor in pair)) for path, pair in pairs.items()}


def _forward(layer: Any, path: str, add: _Add) -> Callable[[Tensor], Tensor]:
    """Return what *layer* does from now on. A hook would do the same, and takes three times as long."""
    plain = layer.forward
    # Quantised layers may return views, to which nothing can be added in place.
    if layer.weight.is_floating_point():
        return lambda x: add(path, x, plain(x))
    return lambda x: add(path, x, plain(x).clone())


def _generator(seed: int, name: str, path: str) -> torch.Generator:
    digest = blake2b(f"{seed}/{name}/{path}".encode(), digest_size=7).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest, "big"))
