"""
Exact, untrained translations of scenes.

Each surface is a pair of functions, inverse to each other, in the module of its name: `format_logic` and
`parse_logic` in `scenograph.surfaces.logic`. All by name: `scenograph.surfaces.registry`.
"""
