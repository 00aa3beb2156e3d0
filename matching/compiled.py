"""Compiled functions kept on disk until the source of anything they are made of changes.

numba keeps compiled code by the time stamp of the one file a function stands in, so that after an
upgrade a caller could go on with the old code of a loop in another file. Here the stamp is a digest
of the function's module and of every module of the product that it imports, directly or through
others: they hold the loops, record types and constants that are compiled into it. What is imported
for type checkers only does not count: annotations are not compiled.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from numba import config, njit
from numba.core import caching

Function = TypeVar("Function", bound=Callable[..., Any])

PRODUCT: Final = frozenset({"broker", "matching", "pricing"})
_SETTING: Final = "CACHE_LOCATOR_CLASSES"
_IMPORT: Final = re.compile(
    rb"^(?:from[ \t]+([\w.]+)[ \t]+import[ \t]*(\([^)]*\)|[^\n]*)|import[ \t]+([^\n]*))",
    re.MULTILINE,
)
_NAME: Final = re.compile(rb"[\w.]+")


def compiled(function: Function) -> Function:
    """The function compiled on its first call, without the interpreter's lock, kept on disk."""
    return _kept(function, njit(cache=True, nogil=True))


def compiled_into_callers(function: Function) -> Function:
    """The same, written out in each caller: for what is called in the innermost loops."""
    return _kept(function, njit(cache=True, nogil=True, inline="always"))


def _kept(function: Function, compiling: Callable[[Function], Any]) -> Function:
    """Numba chooses the place for the code as it is given the function."""
    settings = vars(config)
    before = settings[_SETTING]
    settings[_SETTING] = ",".join(f"{__name__}.{one.__name__}" for one in LOCATORS)
    try:
        return cast(Function, compiling(function))
    finally:
        settings[_SETTING] = before


def sources_of(module: str, root: Path) -> dict[str, bytes]:
    """The source of a module and of every module of the product that it imports, by name.

    `root` is the folder that the product's packages lie in.
    """
    found: dict[str, bytes] = {}
    left = [module]
    while left:
        name = left.pop()
        path = _file(name, root)
        if name in found or path is None:
            continue
        found[name] = path.read_bytes()
        left += _imported(found[name])
    return found


def _imported(source: bytes) -> Iterator[str]:
    """Whatever may be the name of an imported module, of the product only."""
    for module, names, plain in _IMPORT.findall(source):
        if module:
            yield from _of_product(module.decode())
            for name in _NAME.findall(names):
                yield from _of_product(f"{module.decode()}.{name.decode()}")
        for name in _NAME.findall(plain):
            yield from _of_product(name.decode())


def _of_product(name: str) -> Iterator[str]:
    if name.partition(".")[0] in PRODUCT:
        yield name


def _file(name: str, root: Path) -> Path | None:
    path = root.joinpath(*name.split("."))
    module, package = path.with_suffix(".py"), path / "__init__.py"
    if module.is_file():
        return module
    return package if package.is_file() else None


@lru_cache
def stamp_of(module: str, root: Path) -> str:
    """A digest of everything that a module's compiled functions are made of."""
    digest = hashlib.sha256()
    for name, source in sorted(sources_of(module, root).items()):
        digest.update(f"{name} {len(source)}\n".encode())
        digest.update(source)
    return digest.hexdigest()


class _Stamped:
    """A place for compiled code whose stamp is of all sources, not of one file's time."""

    _stamp: str

    @classmethod
    def from_function(cls, py_func: Callable[..., Any], py_file: str) -> Any:
        """The place for a function's code, or None where nothing can be written there."""
        made = super().from_function(py_func, py_file)  # type: ignore[misc]
        if made is not None:
            module = py_func.__module__
            made._stamp = stamp_of(module, Path(py_file).parents[module.count(".")])
        return made

    def get_source_stamp(self) -> str:
        """What numba compares before it takes code from disk."""
        return self._stamp


class InFolderNamed(_Stamped, caching.UserProvidedCacheLocator):
    """In the folder that NUMBA_CACHE_DIR names."""


class BesideSource(_Stamped, caching.InTreeCacheLocator):
    """Beside the source, where that can be written."""


class OfUser(_Stamped, caching.UserWideCacheLocator):
    """In the user's own cache."""


LOCATORS: Final = (InFolderNamed, BesideSource, OfUser)
