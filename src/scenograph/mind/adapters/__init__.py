"""The adapters of a mind: in which layers they lie, what each learned from, and how they come and go."""
