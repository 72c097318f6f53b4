"""
Word forms of Russian and English.

Modules: `russian` (dictionary forms and inflection), `english` (irregular forms), `lemmas` (the words of a
text as memory indexes them), `cuts` (stem and ending, for the training of tokenizers). One dictionary of
Russian serves them all; it is loaded with the first Russian word.
"""
