"""Names of a package that are loaded when they are first used (PEP 562)."""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module


def exports(
    package: str, names: Mapping[str, str]
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """
    Return the functions `__getattr__` and `__dir__` of a package.

    Args:
        package: its `__name__`
        names: for each module of the package, the names that it defines, with blanks between them
    Example:
        >>> get, _ = exports("scenograph.core", {"delta": "apply diff"})
        >>> get("diff").__module__
        'scenograph.core.delta'
    """
    homes = {name: module for module, defined in names.items() for name in defined.split()}

    def get(name: str) -> object:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(f"{package}.{homes[name]}"), name)
        setattr(sys.modules[package], name, value)
        return value

    return get, lambda: sorted({*vars(sys.modules[package]), *homes})
