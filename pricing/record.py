"""What every checked record shares: take a value if it is good, else note the problem and go on."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TypeVar

from pricing.problems import InputProblem, Problems, describe

T = TypeVar("T")


class Record(ABC):
    """A table of a contract file or a row of a CSV file, read value by value.

    A value that is absent or refused is replaced by a stand-in so that reading goes on and finds
    everything; `good` says whether values may be compared with others. Nothing is ever computed
    from a stand-in, because its problem is raised first.
    """

    def __init__(self, file: str, found: Problems, row: int | None = None) -> None:
        self.file = file
        self.row = row
        self._found = found
        self._good: set[str] = set()
        self._refused: set[str] = set()

    @abstractmethod
    def where(self, key: str) -> str:
        """The full name of a key or column, as a message shows it."""

    def good(self, *keys: str) -> bool:
        """Whether each of these keys was read and accepted."""
        return self._good.issuperset(keys)

    def refused(self, where: str) -> bool:
        """Whether a value was refused, by the full name of its key or column."""
        return where in self._refused

    def refuse(self, key: str, value: str, allowed: str, kind: str) -> None:
        """Note a problem with the value of a key."""
        self._good.discard(key)
        self._refused.add(self.where(key))
        self._found.extend(
            [InputProblem(self.file, self.where(key), value, allowed, kind, self.row)]
        )

    def take(
        self,
        key: str,
        value: object,
        accept: Callable[[object], T | None],
        allowed: str,
        stand_in: T,
    ) -> T:
        """The accepted form of a value, or the stand-in with a problem noted."""
        taken = accept(value)
        if taken is None:
            self.refuse(key, describe(value), allowed, _kind(value))
            return stand_in
        self._good.add(key)
        return taken


def _kind(value: object) -> str:
    negative = (isinstance(value, str) and value.startswith("-")) or (
        isinstance(value, int) and value < 0
    )
    return "negative value" if negative else "bad value"
