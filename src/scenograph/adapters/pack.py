"""
A vocabulary pack as transformers and PEFT load it, without this package.

    tokenizer.json, tokenizer_config.json    the carrier's tokenizer with the atoms after its own tokens
    adapter_config.json                      PEFT's TrainableTokens: the rows of the atoms,
    adapter_model.safetensors                  in the embedding and, where it is another matrix, in the output
    README.md                                the lines of Python that load them

An atom has its own characters there, with `⟁` before them if they do not begin with it: `⟁say:poet`,
`⟁:agent`, `⟁(`. So an ordinary bracket in a text is a bracket. `written` spells a prompt in this way.

Law: for data that hold no `⟁`, `tokenizer(written(v, prompt)).input_ids == v.encode_prompt(prompt)`.
What this package does besides, a plain tokenizer does not: there a text with the characters of an atom *is*
the atom. Do not let strangers write such text.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from safetensors.torch import save
from torch import Tensor

from scenograph.adapters.export import CONFIG, WEIGHTS, peft_config
from scenograph.carriers.hub import hub_id
from scenograph.carriers.local import LocalCarrier
from scenograph.errors import VocabularyError
from scenograph.files import write_bytes, write_json, write_text
from scenograph.vocabulary import HubBase, Prompt, Segment, Vocabulary
from scenograph.vocabulary.atoms import BOS, EOS, PAD, SEP
from scenograph.vocabulary.scan import scan

_MARK = "⟁"
_README = """# Vocabulary of a mind over {name}

{count} tokens after those of the carrier, with a row each, over the weights of digest `{digest}`.

```python
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("{folder}")
model = AutoModelForCausalLM.from_pretrained({name!r})
model.resize_token_embeddings({size}, mean_resizing=False)
model = PeftModel.from_pretrained(model, "{folder}").merge_and_unload()

# Then an adapter that `scenograph adapters export` wrote:
model = PeftModel.from_pretrained(model, "decoder.poet")
ids = tokenizer("{example}", return_tensors="pt").input_ids
```

A prompt is ⟁bos, the data with ⟁sep between them, and the commands. A scene is in linear form; its brackets,
quotation marks and roles have ⟁ before them.
"""


def written(vocabulary: Vocabulary, prompt: Prompt) -> str:
    """
    Return *prompt* as the text that the exported tokenizer spells as the vocabulary spells it.

    Raises:
        VocabularyError: if a command is no atom
    """
    parts = [_named(BOS)]
    after_data = False
    for segment in prompt:
        is_data = segment[0] != "command"
        if is_data and after_data:
            parts.append(_named(SEP))
        parts.append(_written(vocabulary, segment))
        after_data = is_data
    return "".join(parts)


def _written(vocabulary: Vocabulary, segment: Segment) -> str:
    kind, content = segment
    if kind == "text":
        return content
    if kind == "command":
        vocabulary.id(content)
        return _named(content)
    pieces = scan(content)
    return "".join(_named(piece) if may and piece in vocabulary else piece for may, piece in pieces)


def _named(atom: str) -> str:
    """Return what *atom* is called in the exported tokenizer."""
    return atom if atom.startswith(_MARK) else _MARK + atom


def write_pack(folder: Path, carrier: LocalCarrier) -> None:
    """
    Write the vocabulary of *carrier* and the rows of its atoms into *folder*.

    Raises:
        VocabularyError: if its tokenizer is none of transformers' (nano's), or its atoms borrow tokens
    """
    vocabulary = carrier.vocabulary
    if not isinstance(vocabulary.base, HubBase):
        raise VocabularyError(
            f"the tokenizer of {carrier.name} spells names letter by letter, which no tokenizer of "
            "transformers does; export the vocabulary of a mind over another carrier"
        )
    if vocabulary.borrowed:
        raise VocabularyError(
            "the atoms of this mind are tokens that the carrier has; there is no row to export"
        )
    _write_tokenizer(folder, vocabulary, carrier.max_length)
    _write_rows(folder, carrier)
    base = hub_id(carrier.name)
    example = written(vocabulary, (("text", "Oleg slept."), ("command", "⟁read")))
    about = _README.format(
        name=carrier.name if base is None else base.repository,
        count=vocabulary.size - carrier.own_rows,
        digest=carrier.digest,
        folder=folder.name,
        size=max(vocabulary.size, carrier.own_rows),
        example=example,
    )
    write_text(folder / "README.md", about)


def _write_tokenizer(folder: Path, vocabulary: Vocabulary, longest: int) -> None:
    from tokenizers import Tokenizer
    from transformers import PreTrainedTokenizerFast

    description: dict[str, Any] = json.loads(vocabulary.base.files()["tokenizer.json"])
    description["post_processor"] = None  # it would add the carrier's own beginning before ⟁bos
    # New tokens get the next free ids, so rows that the tokenizer does not use are named too.
    free = Tokenizer.from_str(json.dumps(description)).get_vocab_size(with_added_tokens=True)
    names = [f"⟁unused{i}" for i in range(free, vocabulary.base_size)]
    names += [_named(atom.text) for atom in vocabulary.atoms]
    description["added_tokens"] += [_token(i, name) for i, name in enumerate(names, free)]
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer.from_str(json.dumps(description)),
        bos_token=BOS,
        eos_token=EOS,
        pad_token=PAD,
        clean_up_tokenization_spaces=False,
        model_max_length=longest,
    )
    tokenizer.save_pretrained(folder)


def _token(i: int, name: str) -> dict[str, Any]:
    flags = ("single_word", "lstrip", "rstrip", "normalized")
    return {"id": i, "content": name, "special": name in (BOS, EOS, PAD), **dict.fromkeys(flags, False)}


def _write_rows(folder: Path, carrier: LocalCarrier) -> None:
    model, own = carrier.module, carrier.own_rows
    embedding, head = model.get_input_embeddings(), model.get_output_embeddings()
    tables = [embedding] if head is None or head.weight is embedding.weight else [embedding, head]
    paths = {_path(model.named_modules(), table): table for table in tables}
    rows: dict[str, Tensor] = {
        f"base_model.model.{path}.trainable_tokens_delta": table.weight[own:].detach().cpu().contiguous()
        for path, table in paths.items()
    }
    write_bytes(folder / WEIGHTS, save(rows, {"format": "pt"}))
    config = peft_config(
        "TRAINABLE_TOKENS",
        carrier.name,
        token_indices=list(range(own, own + len(next(iter(rows.values()))))),
        target_modules=sorted(path.rpartition(".")[2] for path in paths),
    )
    write_json(folder / CONFIG, config)


def _path(modules: Iterable[tuple[str, Any]], wanted: Any) -> str:
    return next(path for path, module in modules if module is wanted)
