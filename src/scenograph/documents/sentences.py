"""A document → its sentences, each with its place."""

from __future__ import annotations

from collections.abc import Iterator

from scenograph.corpus.example import UNDETERMINED, language_of
from scenograph.documents.kinds import is_binary, kind_of
from scenograph.documents.letters import note_of
from scenograph.documents.markup import Markup, markup_of
from scenograph.documents.records import READABLE, Sentence
from scenograph.documents.split import split
from scenograph.documents.visible import Block, Visible


def sentences(text: str, *, markup: Markup | None = None, language: str | None = None) -> Iterator[Sentence]:
    """
    Yield the sentences of a document in their order, and between them what is no sentence.

    Laws: they do not overlap. What is outside them is white space or markup. Each word of the visible text is
    in exactly one of them.

    Args:
        text: the document
        markup: how it is written; None: as `markup_of` recognises it
        language: `en` or `ru`, for abbreviations and stops; None: each paragraph's own
    Example:
        >>> [sentence.text for sentence in sentences("Dr. Smith left. He was tired.", language="en")]
        ['Dr. Smith left.', 'He was tired.']
    """
    if is_binary(text):
        whole = Visible()
        whole.add(text, 0)
        blocks = iter([Block("code", whole)])
    else:
        blocks = _blocks(text, markup or markup_of(None, text))
    paragraph = 0
    for block in blocks:
        visible = block.visible.text
        if not visible:
            continue
        paragraph += block.starts_paragraph or not paragraph
        places = [(0, len(visible))]
        if block.kind in READABLE:
            own = language or language_of(visible)
            places = list(split(visible, "en" if own == UNDETERMINED else own))
        for begin, end in places:
            said = visible[begin:end]
            start, after = block.visible.place(begin, end)
            kind = kind_of(said, block.kind) if block.kind in READABLE else block.kind
            yield Sentence(said, start, after, paragraph, kind, note_of(said) if kind in READABLE else "")


def _blocks(text: str, markup: Markup) -> Iterator[Block]:
    """Return the blocks of *text*."""
    if markup == "plain":
        from scenograph.documents import plain

        return plain.blocks(text)
    if markup == "markdown":
        from scenograph.documents import markdown

        return markdown.blocks(text)
    if markup == "html":
        from scenograph.documents import hypertext

        return hypertext.blocks(text)
    from scenograph.documents import mail

    return mail.blocks(text)
