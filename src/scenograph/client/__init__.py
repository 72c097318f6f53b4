"""
A Python client of a service, one that waits and one for `asyncio`, with the library's own results.

    from scenograph.client import AsyncClient, Client

    with Client("http://127.0.0.1:8600", namespace="anna") as mind:
        mind.remember("I moved to Lisbon.", speaker="Anna", tags=["home"])
        print(mind.ask("Where did Anna move?").text)

    async with AsyncClient("http://127.0.0.1:8600", key="sg-…") as mind:
        hits = await mind.recall("Lisbon", filter={"tag": "home"}, k=3)
"""

from scenograph.client.client import AsyncClient, Client

__all__ = ["AsyncClient", "Client"]
