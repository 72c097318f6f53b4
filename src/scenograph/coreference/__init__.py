"""
Coreference: what pronouns mean, by what was mentioned before them.

`Resolver` reads the scenes of a text in order and says what «he», «it» and «they» may mean, each with a
probability; `linked` adds that to a scene, `without_references` takes it away.
"""

from scenograph.coreference.linking import joined, linked, parted, without_references
from scenograph.coreference.mentions import REFERENT
from scenograph.coreference.resolver import Resolver
from scenograph.coreference.things import Reference

__all__ = ["REFERENT", "Reference", "Resolver", "joined", "linked", "parted", "without_references"]
