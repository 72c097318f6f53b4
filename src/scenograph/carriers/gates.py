"""
Gates: what a carrier must pass before anything is trained over it, a verdict for each.

    file        it is whole, of a known family, and its weights go into the memory
    splitting   its tokenizer spells texts as the carrier was trained on (GGUF files; see `gguf.spelling`)
    loading     it loads, and its tokenizer gives every text of `vocabulary.GATE` back
    spaces      white space of every kind comes back, at the ends, doubled, mixed
    glyphs      `⟁`, `🜂` and `Δ41` come back inside Latin and Cyrillic text, at the ends and doubled
    commands    the same glyphs in a text are never commands, and in a scene always are
    numbers     no weight is infinite or no number, and a forward pass gives numbers
    rows        no row of the output table is empty
    end         the end of an answer has a row that nothing else has which may be written
    template    the chat template gives one text for one dialogue, keeps what was said, and begins once

A gate that needs what is not there says so; it neither passes nor fails. What tasks must pass stands in
`adapters.gates`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import torch

from scenograph.carriers.gguf.file import GgufFile, is_gguf
from scenograph.carriers.gguf.layout import config_of, family_of, steps
from scenograph.carriers.gguf.spelling import compared, tokenizer_of
from scenograph.carriers.load import load_carrier
from scenograph.carriers.local import LocalCarrier
from scenograph.carriers.options import LoadOptions
from scenograph.carriers.place import expect, folder_of
from scenograph.carriers.room import GIB, check_room, weight_bytes
from scenograph.carriers.shape import Shape
from scenograph.carriers.verdict import Verdict
from scenograph.errors import ScenographError
from scenograph.vocabulary import Vocabulary

GLYPHS = ("⟁", "🜂", "Δ41", "⟁7")
SPACES = (" ", "  ", "\t", "\n", "\n\n", "\r\n", " \n ", "\u00a0", "\u2009", "\u3000")
WORDS = (("bridge", "Marta"), ("мост", "Марта"))
NAMES = ("file", "splitting", "loading", "spaces", "glyphs", "commands", "numbers", "rows", "end", "template")


def check(
    spec: str | Path,
    *,
    over: str | None = None,
    device: str | None = None,
    dtype: str | None = None,
    quantisation: str | None = None,
    also: Callable[[LocalCarrier], Iterator[Verdict]] | None = None,
) -> Iterator[Verdict]:
    """
    Yield a verdict for each gate; of what cannot be loaded, the later gates are not checked.

    Args:
        spec: as for `load_carrier`
        over, device, dtype, quantisation: as for `load_carrier`
        also: more gates for a carrier that was loaded, such as `adapters.gates.training_gates`
    Raises:
        CarrierError: if there is no such carrier, or this machine has no such device or quantisation
    """
    expect(spec)
    is_file = is_gguf(Path(spec))
    loading = LoadOptions.chosen(device, dtype, quantisation)
    if is_file:
        before = list(_before(spec, loading))
        yield from before
        if any(verdict.state == "failed" for verdict in before):
            yield from _skipped(3, "not loaded")
            return
    try:
        carrier = load_carrier(spec, over=over, device=device, dtype=dtype, quantisation=quantisation)
    except ScenographError as error:
        if not is_file:
            yield Verdict("splitting", "not checked", "not loaded")
        yield Verdict("loading", "failed", str(error))
        yield from _skipped(3, "not loaded")
        return
    if not is_file:
        yield Verdict("splitting", "passed", "the carrier brings its own tokenizer")
    found = f"{carrier.family}, {carrier.parameters:,} parameters, {loading}"
    yield Verdict("loading", "passed", found)
    yield from check_loaded(carrier)
    yield _template(spec if str(spec) == "nano" else folder_of(spec, loading, over=over))
    if also is not None:
        yield from also(carrier)


def check_loaded(carrier: LocalCarrier) -> Iterator[Verdict]:
    """Yield the verdicts of the gates that look at a loaded carrier."""
    yield _unchanged("spaces", carrier.vocabulary, _spaced())
    yield _unchanged("glyphs", carrier.vocabulary, _glyphed())
    yield _commands(carrier.vocabulary)
    yield _numbers(carrier)
    yield _rows(carrier)
    yield _end(carrier)


def _before(spec: str | Path, loading: LoadOptions) -> Iterator[Verdict]:
    """Yield what can be said of a GGUF file before it is loaded."""
    try:
        file = GgufFile.read(spec)
        shape = Shape.of_config(config_of(file), str(spec))
        list(steps(file))
        check_room(shape, str(spec), loading.dtype, loading.device, loading.quantisation)
        size = weight_bytes(shape, loading.dtype, loading.quantisation) / GIB
        named = file.metadata.get("general.name", file.path.name)
        yield Verdict("file", "passed", f"{named}: {family_of(file)}, {size:.1f} GiB in {loading.dtype}")
        found = compared(file, tokenizer_of(file), always=True)
        yield Verdict("splitting", "passed" if found.is_right else "failed", found.how)
    except ScenographError as error:
        yield Verdict("file", "failed", str(error))


def _skipped(first: int, why: str) -> Iterator[Verdict]:
    return (Verdict(name, "not checked", why) for name in NAMES[first:])


def _spaced() -> list[str]:
    """Return texts with white space of every kind at every place."""
    found: list[str] = [*SPACES]
    for space, (one, other) in product(SPACES, WORDS):
        found += [f"{space}{one}", f"{one}{space}", f"{one}{space}{other}", f"{one}.{space}{other}"]
    return found


def _glyphed() -> list[str]:
    """Return texts with glyphs at every place."""
    found = [glyph * times for glyph, times in product(GLYPHS, (1, 2))]
    for glyph, (one, other), times in product(GLYPHS, WORDS, (1, 2)):
        mark = glyph * times
        found += [
            f"{mark}{one}", f"{one}{mark}", f"{one}{mark}{other}",
            f"{mark} {one}", f"{one} {mark}", f"{one} {mark} {other}", f"«{mark}», {one}",
        ]  # fmt: skip
    return found


def _unchanged(gate: str, vocabulary: Vocabulary, texts: list[str]) -> Verdict:
    changed = [text for text in texts if vocabulary.decode(vocabulary.encode_text(text)) != text]
    if changed:
        return Verdict(gate, "failed", f"{len(changed)} of {len(texts)} texts change, {changed[0]!r} for one")
    return Verdict(gate, "passed", f"{len(texts)} of {len(texts)} texts come back")


def _commands(vocabulary: Vocabulary) -> Verdict:
    atoms = [atom.text for atom in vocabulary.atoms]
    leaked = [a for a in atoms if not set(vocabulary.encode_text(f"a {a} b")).isdisjoint(vocabulary.atom_ids)]
    scene = '( ⟁7 :1 ( Δ4 ) :2 "⟁7 Δ4 ( " )'
    ids = vocabulary.encode_scene(scene)
    once = all(ids.count(vocabulary.id(atom)) == 1 for atom in ("⟁7", "Δ4", ":1") if atom in vocabulary)
    if leaked or vocabulary.decode(ids) != scene or ids.count(vocabulary.id("(")) != 2 or not once:
        what = f"the text {leaked[0]!r} is read as a command" if leaked else f"the scene {scene} is misspelt"
        return Verdict("commands", "failed", what)
    return Verdict("commands", "passed", f"{len(atoms)} atoms, none of which a text can spell")


@torch.inference_mode()
def _numbers(carrier: LocalCarrier) -> Verdict:
    for name, tensor in carrier.module.named_parameters():
        if tensor.is_floating_point() and not bool(tensor.isfinite().all()):
            return Verdict("numbers", "failed", f"{name} has weights that are no numbers")
    ids = [carrier.vocabulary.bos, *carrier.vocabulary.encode_text("Marta built the bridge. Марта ждёт.")]
    logits = carrier.module(torch.tensor([ids], device=carrier.module.device)).logits
    if not bool(logits.isfinite().all()):
        return Verdict("numbers", "failed", "a forward pass gives what is no number; try another dtype")
    return Verdict("numbers", "passed", "all weights, and a forward pass of both languages")


@torch.inference_mode()
def _rows(carrier: LocalCarrier) -> Verdict:
    weight = carrier.module.get_output_embeddings().weight
    if not weight.is_floating_point():
        return Verdict("rows", "not checked", "the table is quantised")
    spelt = [i for i, token in enumerate(carrier.vocabulary.token_bytes) if token]
    empty = [i for i in spelt if not bool(weight[i].any())]
    if empty:
        token = carrier.vocabulary.token_bytes[empty[0]].decode(errors="replace")
        return Verdict("rows", "failed", f"{len(empty)} tokens have an empty row, {token!r} for one")
    return Verdict("rows", "passed", f"{len(spelt):,} tokens with a row, none empty")


@torch.inference_mode()
def _end(carrier: LocalCarrier) -> Verdict:
    vocabulary = carrier.vocabulary
    weight = carrier.module.get_output_embeddings().weight
    # Nobody writes padding, a beginning or a special token of the carrier's own: these may have the same row.
    silent = {vocabulary.eos, vocabulary.pad, vocabulary.bos}
    same = [
        i
        for i in (weight == weight[vocabulary.eos]).all(1).nonzero()[:, 0].tolist()
        if i not in silent and i < vocabulary.size and vocabulary.token_bytes[i]
    ]
    if same:
        other = vocabulary.token_bytes[same[0]].decode(errors="replace")
        return Verdict("end", "failed", f"the end of an answer has the same row as {other!r}")
    own = vocabulary.base.specials.get("eos")
    has = "the row of the carrier's own end" if own is not None else "a row of its own"
    return Verdict("end", "passed", f"⟁eos has {has}, and nothing else that is written has it")


def _template(spec: str | Path) -> Verdict:
    if str(spec) == "nano":
        return Verdict("template", "not checked", "nano has none")
    import transformers

    tokenizer: Any = transformers.AutoTokenizer.from_pretrained(spec)
    if not tokenizer.chat_template:
        return Verdict("template", "not checked", "it has none: a base model")
    said = "Где  Марта? \n ⟁7"
    talk = [{"role": "user", "content": said}, {"role": "assistant", "content": "В Туле."}]
    render: Callable[..., str] = tokenizer.apply_chat_template
    try:
        once = render(talk, tokenize=False)
        again = render(talk, tokenize=False)
    except Exception as error:  # jinja2 and templates raise what they like
        return Verdict("template", "failed", f"it cannot be filled in: {str(error).splitlines()[0]}")
    if once != again:
        return Verdict("template", "failed", "it gives two texts for one dialogue")
    if said not in once:
        return Verdict("template", "failed", "it changes what was said")
    ids = tokenizer(once, add_special_tokens=True).input_ids
    if tokenizer.bos_token_id is not None and ids[:2] == [tokenizer.bos_token_id] * 2:
        note = "; it writes the beginning itself, so none may be added"
    else:
        note = ""
    if tokenizer.decode(tokenizer(once, add_special_tokens=False).input_ids) != once:
        return Verdict("template", "failed", "its text is not spelt back")
    return Verdict("template", "passed", f"one text of {len(ids)} tokens for a dialogue{note}")
