"""
Exact, untrained translations of scenes.

Each surface is a pair of functions, inverse to each other: PENMAN files, triples, emoji, formula, plain text.
"""
