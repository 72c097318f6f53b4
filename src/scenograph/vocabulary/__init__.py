"""
Vocabulary: a text tokenizer with atoms for roles, commands and lexemes after its pieces.

Public names: `Vocabulary` (a pack), `Atom` and `standard_atoms`, the bases
`SentencePieceBase` and `HubBase`, and `train_base`.
"""

from scenograph.vocabulary.atoms import Atom, is_invocation, lexeme_atoms, needed_atoms, standard_atoms
from scenograph.vocabulary.base import Base, HubBase, SentencePieceBase, check_exact
from scenograph.vocabulary.pack import Vocabulary
from scenograph.vocabulary.segment import Prompt, Segment, command_tokens
from scenograph.vocabulary.train import train_base

__all__ = [
    "Atom",
    "Base",
    "HubBase",
    "Prompt",
    "Segment",
    "SentencePieceBase",
    "Vocabulary",
    "check_exact",
    "command_tokens",
    "is_invocation",
    "lexeme_atoms",
    "needed_atoms",
    "standard_atoms",
    "train_base",
]
