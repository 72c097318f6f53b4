"""The codec: scenes as records of a few bytes, by statistics of other scenes."""

from .record import Codebook, read_record, write_record
from .statistics import Statistics, pack, unpack
from .tables import Tables

__all__ = ["Codebook", "Statistics", "Tables", "pack", "read_record", "unpack", "write_record"]
