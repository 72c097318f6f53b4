"""
Open scenes as plain readable text, in English and Russian, without a model: what a reader undoes.

    >>> from scenograph.core import Scene
    >>> scene = Scene.parse('(w / work :agent (p / pilot) :in (e / entity :name "Berlin") :tense present)')
    >>> say(scene, "en"), phrase(scene, 2, "en", ":in")
    ('The pilot works in Berlin.', 'in Berlin')
"""

from scenograph.realiser.choose import MOST, Said, choose
from scenograph.realiser.realise import LANGUAGES, outline, phrase, say
from scenograph.realiser.wording import PLAIN, Wording

__all__ = ["LANGUAGES", "MOST", "PLAIN", "Said", "Wording", "choose", "outline", "phrase", "say"]
