"""What a memory learns from its own crystals: a lexicon, item vectors, clusters, ties, weights."""
