"""
Open scenes as plain readable text, in English and Russian, without a model: what a reader undoes.

    >>> from scenograph.core import Scene
    >>> scene = Scene.parse('(w / work :agent (e / entity :name "Maria") :in (c / entity :name "Berlin") :tense present)')
    >>> say(scene, "en"), phrase(scene, 2, "en", ":in")
    ('Maria works in Berlin.', 'in Berlin')
"""

from scenograph.realiser.realise import LANGUAGES, outline, phrase, say

__all__ = ["LANGUAGES", "outline", "phrase", "say"]
