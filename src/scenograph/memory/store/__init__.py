"""The truth of a memory: one SQLite file, read and written in transactions."""
