"""A talk: what a sentence means by those before it, in a text or a dialogue; whom «she» means, and why."""

from __future__ import annotations

from typing import final

from scenograph.core.scene import Scene
from scenograph.dialogue.mention import Mentions
from scenograph.dialogue.replies import Replies
from scenograph.dialogue.speech import Speech


@final
class Talk:
    """A dialogue as it goes on; give it the scenes of its sentences in order."""

    def __init__(self) -> None:
        self._mentions = Mentions()
        self._replies = Replies()

    def understood(self, scene: Scene, text: str, speech: Speech) -> Scene:
        """
        Return *scene* with what the sentences before it tell of its meaning.

        Args:
            scene: a scene with its speaker
            text: its sentence
            speech: who says it, to whom
        """
        scene = self._mentions.meant(scene, text, speech.speaker, speech.hearer)
        return self._replies.joined(scene, text, speech) if speech.speaker else scene
