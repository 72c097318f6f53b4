"""
Dialogues: who says what to whom and when.

`dialogue.transcript` finds the turns of a chat in a text. `spoken` adds the speaker to the scene of a
sentence, so that «I» has a name; `heard` reads such a scene as others understand it.
"""

from scenograph.dialogue.speech import Heard, Speech, heard, speech_of, spoken, unspoken

__all__ = ["Heard", "Speech", "heard", "speech_of", "spoken", "unspoken"]
