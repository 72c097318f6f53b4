"""The steps that make a mind. `steps.step` says what a step is; every other module here is one."""

from scenograph.mind.steps.step import (
    Inputs,
    Outcome,
    Status,
    Step,
    amend,
    brought_up_to_date,
    examine,
    facts,
    is_off,
    made,
    run_steps,
    training,
)

__all__ = [
    "Inputs",
    "Outcome",
    "Status",
    "Step",
    "amend",
    "brought_up_to_date",
    "examine",
    "facts",
    "is_off",
    "made",
    "run_steps",
    "training",
]
