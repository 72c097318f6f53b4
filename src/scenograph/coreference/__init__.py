"""
Coreference: what pronouns mean, by what was mentioned before them.

`Resolver` reads the scenes of a text in order and says what «he», «it» and «they» may mean, each with a
probability; `linked` adds that to a scene, `without_references` takes it away.
"""

from scenograph.coreference.linking import joined, linked, without_references
from scenograph.coreference.mentions import REFERENT
from scenograph.coreference.resolver import Reference, Resolver

__all__ = ["REFERENT", "Reference", "Resolver", "joined", "linked", "without_references"]
