"""HyperBridge over HTTP: read, speak, ask, remember, recall, with OpenAPI documentation at `/docs`."""

from scenograph.service.app import create_app
from scenograph.service.server import run

__all__ = ["create_app", "run"]
