"""HyperBridge as a service: HTTP, the API of OpenAI, MCP; OpenAPI documentation is at `/docs`."""

from scenograph.service.app import create_app
from scenograph.service.server import run
from scenograph.service.settings import Settings

__all__ = ["Settings", "create_app", "run"]
