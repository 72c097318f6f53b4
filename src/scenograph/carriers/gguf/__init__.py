"""
GGUF files as carriers.

    file.py       what a file says of itself: metadata and tensors; damage is found here
    layout.py     the same model in the names and settings of transformers
    spelling.py   its tokenizer, and whether that spells texts as llama.cpp does
    runtime.py    llama.cpp itself, where the optional package xllamacpp is installed
    server.py     its server, in a process of its own
    served.py     a file that llama.cpp runs as it is, as a carrier with our adapters
    convert.py    the folder that a file becomes, kept in the user's cache
    adapter.py    adapters as GGUF files, to and from PEFT folders
"""
