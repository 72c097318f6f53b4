"""The codec: scenes as records of a few bytes, by statistics of other scenes."""

from .model import Model
from .record import FORMAT, Codebook, read_record, write_record
from .statistics import Statistics, pack, unpack

__all__ = ["FORMAT", "Codebook", "Model", "Statistics", "pack", "read_record", "unpack", "write_record"]
