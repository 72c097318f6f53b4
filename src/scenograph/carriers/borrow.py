"""
Tokens of a carrier that atoms borrow, where the carrier cannot get new rows.

Adapters of llama.cpp change layers, and add no row to the vocabulary. So every atom of a mind that llama.cpp
serves takes a token that the carrier has already:

- `⟁eos`, `⟁bos` and `⟁pad` take the carrier's own, as far as they are different tokens;
- any other atom takes the rare word whose row is nearest to the rows of its gloss: in SmolLM2 `:agent` takes
  the word " Agents".

Reserved tokens (`<unused17>`, `[PAD151670]`) are not used: nobody trained their rows. Those of SmolLM2 and of
Qwen2.5 are the same row again and again (cosine 1.0), so that no adapter could tell one atom from another.
"""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor
from torch.nn.functional import normalize

from scenograph.errors import VocabularyError
from scenograph.vocabulary import Vocabulary

_OWN: Final = ("eos", "bos", "pad")
_RARE: Final = 1 / 3  # of the words: those that were merged last
_CHOICE: Final = 4  # words for each atom, at least


@torch.no_grad()
def with_borrowed_tokens(vocabulary: Vocabulary, table: Tensor) -> Vocabulary:
    """
    Return *vocabulary* with every atom on a token of its base.

    Args:
        vocabulary: the base is the carrier's own tokenizer
        table: the carrier's input embedding, shape (at least the base's size, d)
    Raises:
        VocabularyError: if the carrier has no token that ends a text, or too few rare words
    """
    specials = vocabulary.base.specials
    if "eos" not in specials:
        raise VocabularyError("the carrier names no token that ends a text, so llama.cpp would never stop")
    chosen: dict[str, int] = {}
    for kind in _OWN:
        if (token := specials.get(kind)) is not None and token not in chosen.values():
            chosen[f"⟁{kind}"] = token
    left = [atom.text for atom in vocabulary.atoms if atom.text not in chosen]
    words = [i for i, piece in enumerate(vocabulary.base.token_bytes) if _is_word(piece)]
    rare = words[-max(int(len(words) * _RARE), min(len(words), _CHOICE * len(left))) :]
    if len(rare) < len(left):
        raise VocabularyError(
            f"the carrier's tokenizer has {len(words)} words, and {len(left)} atoms need one each; "
            "serve this mind through torch, or use a carrier with a larger vocabulary"
        )
    mean = table.float().mean(0)
    glosses = torch.stack([table[vocabulary.gloss(atom)].float().mean(0) for atom in left]) - mean
    rows = normalize(table[torch.tensor(rare, device=table.device)].float() - mean, dim=1)
    likeness = normalize(glosses, dim=1) @ rows.T
    for atom, row in zip(left, likeness, strict=True):
        best = int(row.argmax())
        chosen[atom] = rare[best]
        likeness[:, best] = -torch.inf
    return vocabulary.borrowing([chosen[atom.text] for atom in vocabulary.atoms])


def _is_word(piece: bytes) -> bool:
    """Whether *piece* is two letters or more, perhaps after a blank."""
    try:
        word = piece.decode().removeprefix(" ")
    except UnicodeDecodeError:
        return False
    return len(word) > 1 and word.isalpha()
