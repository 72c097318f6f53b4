"""
HyperBridge as a service: HTTP, the API of OpenAI, MCP; OpenAPI documentation is at `/docs`.

Names are loaded when first used: a client needs the forms of requests, and no server.
"""

from typing import TYPE_CHECKING

from scenograph.lazy import exports

if TYPE_CHECKING:
    from scenograph.service.app import create_app
    from scenograph.service.server import run
    from scenograph.service.settings import Settings

__all__ = ["Settings", "create_app", "run"]

__getattr__, __dir__ = exports(__name__, {"app": "create_app", "server": "run", "settings": "Settings"})
