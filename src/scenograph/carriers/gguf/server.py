"""
llama.cpp's server in a process of its own.

A fault of llama.cpp, or a request that it does not expect, can end its process (`GGML_ASSERT`). So that is
not the process of a mind. `Runtime` starts this file as a script, which imports nothing of this package.

It reads one line of JSON with the settings, answers with a line `{"address": …}` or `{"error": …}`, and ends
when its standard input is closed: it never outlives the process that started it.
"""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from typing import Any


def started(settings: dict[str, Any]) -> Any:
    """
    Return a running server of xllamacpp, on a free port of this machine.

    Args:
        settings: the keyword arguments of `Runtime`
    """
    xllamacpp: Any = import_module("xllamacpp")
    slots, threads = settings["slots"], settings["threads"]
    params = xllamacpp.CommonParams()
    params.model.path = settings["path"]
    if settings["alias"]:
        params.model_alias = {settings["alias"]}
    params.n_ctx, params.n_parallel, params.port = settings["context"] * slots, slots, 0
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    params.warmup, params.endpoint_metrics, params.verbosity = False, False, -1
    # Flash attention and keys of float16 change some greedy answers.
    params.cache_type_k = params.cache_type_v = xllamacpp.ggml_type.GGML_TYPE_F32
    params.flash_attn_type = xllamacpp.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_DISABLED
    loaded: list[Any] = []
    for path in settings["adapters"]:
        info = xllamacpp.CommonAdapterLoraInfo()
        info.path, info.scale = path, 0.0
        loaded.append(info)
    params.lora_adapters = loaded
    return xllamacpp.Server(params)


def main() -> None:
    """Serve what the first line of the standard input says, until that is closed."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what llama.cpp prints is no answer
    try:
        server = started(json.loads(sys.stdin.readline()))
    except RuntimeError as error:
        answers.write(json.dumps({"error": " ".join(str(error).split())}) + "\n")
        return
    answers.write(json.dumps({"address": server.listening_address}) + "\n")
    answers.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()
