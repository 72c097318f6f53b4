"""The own API over HTTP, a noun a module."""
