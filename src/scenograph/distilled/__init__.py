"""
Distilled styles: a model writes texts from a description, and those that keep their scene teach a style.

    candidates.py   what is to be said, what was written, and what became of it
    guard.py        whether a text says its scene
    writing.py      asks the model, text by text
    prompts.toml    in which words
"""
