"""
Documents as people have them: text, Markdown, HTML and e-mail → sentences, each with its place.

    for sentence in sentences(path.read_text(), markup=markup_of(path.name, text)):
        sentence.text, sentence.start, sentence.end, sentence.paragraph, sentence.kind

Modules: `sentences` (the whole way), `markup` (which kind of document), one for each markup (`plain`,
`markdown`, `hypertext`, `mail`) that gives blocks of visible text, `visible` (such a text, and where each
character stands in the document), `split` (its sentences), `kinds` (what is no sentence), `language`
(English, Russian, or a third one), `letters` (letters of two alphabets in one word).
"""

from scenograph.documents.language import language
from scenograph.documents.letters import normalised
from scenograph.documents.markup import Markup, markup_of
from scenograph.documents.records import READABLE, Kind, Sentence
from scenograph.documents.sentences import sentences

__all__ = ["READABLE", "Kind", "Markup", "Sentence", "language", "markup_of", "normalised", "sentences"]
