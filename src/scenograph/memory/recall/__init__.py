"""From a cue to the crystals that resonate with it."""
