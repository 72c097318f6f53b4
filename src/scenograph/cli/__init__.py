"""The command line: `scenograph COMMAND`. Exit codes: 0 done, 1 it could not be done, 2 wrongly asked."""

from scenograph.cli.app import app, main

__all__ = ["app", "main"]
