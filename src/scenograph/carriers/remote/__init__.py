"""
Remote carriers: any server that speaks OpenAI's chat API, such as llama.cpp's, vLLM, Ollama, OpenAI.

    server.py    where it is, which key it gets, how requests say what may be written
    client.py    HTTP: time-outs, what is sent again, every failure as one line
    output.py    what a request says about what may be written, and a look at whether it is obeyed
    gbnf.py      grammars for llama.cpp and vLLM
    allowed.py   whether an answer is one that the grammar allows
    examples.py  the examples that a prompt shows
    carrier.py   `RemoteCarrier`
    gates.py     what a server must pass

Nothing here needs torch.
"""

from typing import TYPE_CHECKING

from scenograph.lazy import exports

if TYPE_CHECKING:
    from scenograph.carriers.remote.carrier import RemoteCarrier
    from scenograph.carriers.remote.client import Client
    from scenograph.carriers.remote.server import FORMS, KEY, Address, is_address

__all__ = ["FORMS", "KEY", "Address", "Client", "RemoteCarrier", "is_address"]

__getattr__, __dir__ = exports(
    __name__,
    {"carrier": "RemoteCarrier", "client": "Client", "server": "FORMS KEY Address is_address"},
)
