"""All that a service can be asked to do, by name."""

from collections.abc import Mapping
from types import MappingProxyType

from scenograph.service.operations import memory, speech, thought
from scenograph.service.operations.operation import SCOPES, Form, Message, NamespaceText, Operation, Scope

_ALL = (
    speech.read,
    speech.speak,
    speech.translate,
    speech.convert,
    memory.remember,
    memory.recall,
    memory.recall_many,
    memory.list_crystals,
    memory.ask,
    memory.correct,
    memory.forget,
    memory.forget_all,
    memory.namespaces,
    thought.compress,
    thought.expand,
    thought.diff,
    thought.apply,
    thought.reason,
)

OPERATIONS: Mapping[str, Operation] = MappingProxyType({it.name: it for it in _ALL})
"""Every operation by its name."""

__all__ = ["OPERATIONS", "SCOPES", "Form", "Message", "NamespaceText", "Operation", "Scope"]
