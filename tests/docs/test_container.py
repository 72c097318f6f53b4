"""Dockerfile and compose file, read as far as that goes without a container engine."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import yaml
from docs.shell import check

from scenograph.memory.index.vector_index import parse_address

ROOT = Path(__file__).resolve().parents[2]
KNOWN = {"FROM", "RUN", "COPY", "USER", "VOLUME", "EXPOSE", "HEALTHCHECK", "CMD"}


def instructions() -> list[tuple[str, str]]:
    text = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text())
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.partition(" ")[0], line.partition(" ")[2]) for line in lines]


def test_the_dockerfile_is_as_it_should_be() -> None:
    found = instructions()
    assert {name for name, _ in found} == KNOWN
    by_name = dict(found)
    assert re.fullmatch(r"python:3\.\d+-slim-\w+", by_name["FROM"])
    assert [name for name, _ in found].index("USER") < [name for name, _ in found].index("CMD")
    assert by_name["USER"] != "root"
    for name, content in found:
        if name == "RUN" and "pip install" in content:
            assert "--no-cache-dir" in content
            [extras] = re.findall(r"\[([\w,]+)\]", content)
            project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
            assert set(extras.split(",")) <= set(project["optional-dependencies"])


def test_its_command_can_be_typed() -> None:
    command: list[str] = json.loads(dict(instructions())["CMD"])
    assert command[0] == "scenograph"
    assert check(command[1:]).code == 0
    assert command[command.index("--host") + 1] == "0.0.0.0"
    health: list[str] = json.loads(dict(instructions())["HEALTHCHECK"].partition(" CMD ")[2])
    compile(health[2], "healthcheck", "exec")


def test_the_compose_file_is_as_it_should_be() -> None:
    text = (ROOT / "compose.yaml").read_text()
    compose: dict[str, Any] = yaml.safe_load(text)
    services = compose["services"]
    for service in services.values():
        assert "build" in service or re.search(r":v\d+\.\d+\.\d+$", service["image"])
        for volume in service["volumes"]:
            assert volume.partition(":")[0] in compose["volumes"]
        for port in service.get("ports", ()):
            assert port.startswith("127.0.0.1:")
        assert set(service.get("depends_on", ())) <= set(services)
    [url] = re.findall(r'"(qdrant\+http\S+)"', text)
    assert parse_address(url).server == "http://qdrant:6333"
    volumes = dict(instructions())["VOLUME"].split()
    assert [it.partition(":")[2] for it in services["scenograph"]["volumes"]] == volumes
