"""
Readers of open text: a sentence of English or Russian in, an open scene out (`docs/scenes.md`).

A reader has two parts. A parser finds the words of a text and the tree of Universal Dependencies over them;
`scenograph.readers.convert` turns such a tree into a scene. The second part is exact and needs no model, so
a treebank, the output of any parser of Universal Dependencies, and our own parser all become scenes by the
same function.
"""
