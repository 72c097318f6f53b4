"""The steps that make a mind. `steps.step` says what a step is; every other module here is one."""

from scenograph.mind.steps.step import Inputs, Outcome, Status, Step, amend, examine, facts, made, run_steps

__all__ = ["Inputs", "Outcome", "Status", "Step", "amend", "examine", "facts", "made", "run_steps"]
