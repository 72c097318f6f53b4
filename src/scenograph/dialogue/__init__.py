"""
Dialogues: who says what to whom and when.

`transcript` finds the turns of a chat in a text; `spoken` adds the speaker to the scene of a sentence, so
that «I» has a name, and `heard` reads such a scene as others understand it.
"""

from scenograph.dialogue.speech import Heard, Speech, heard, speech_of, spoken, unspoken
from scenograph.dialogue.transcript import Transcript, transcript

__all__ = ["Heard", "Speech", "Transcript", "heard", "speech_of", "spoken", "transcript", "unspoken"]
