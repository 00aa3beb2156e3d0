"""Bad input is reported whole: every problem with its place, its value and what is allowed."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

SHOWN_PROBLEMS = 200
MOST_PROBLEMS = 100_000
_SHOWN_CHARACTERS = 60
_SHOWN_BITS = 100


@dataclass(frozen=True, slots=True)
class InputProblem:
    """One thing wrong in one input, for the person who must put it right.

    `key` is the key of a contract file or the column of a table; `row` counts from 1 for the
    header row, as a spreadsheet does. `value` is already written for people (see `describe`).
    """

    file: str
    key: str
    value: str
    allowed: str
    kind: str
    row: int | None = None

    def __str__(self) -> str:
        place = self.file if self.row is None else f"{self.file}, row {self.row}"
        where = f", {self.key}" if self.key else ""
        return f"{place}{where}: {self.kind}: {self.value}; allowed: {self.allowed}"


class BadInput(ValueError):
    """Nothing was computed, because the input has the problems listed in `problems`."""

    def __init__(self, problems: Iterable[InputProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return self.render()

    def render(self, shown: int = SHOWN_PROBLEMS) -> str:
        """One line a problem (the first `shown`), then how many there are of each kind."""
        number = len(self.problems)
        lines = [f"{number} problem{'' if number == 1 else 's'} in the input; nothing was computed"]
        lines += [f"  {problem}" for problem in self.problems[:shown]]
        if number > shown:
            lines.append(f"  and {number - shown} more")
        if number > 1:
            kinds = Counter(problem.kind for problem in self.problems)
            counts = ", ".join(f"{kind} {kinds[kind]}" for kind in sorted(kinds))
            lines.append(f"by kind: {counts}")
        return "\n".join(lines)


@dataclass(slots=True)
class Problems:
    """The problems found so far, raised together at the end."""

    found: list[InputProblem] = field(default_factory=list)

    def add(
        self, file: str, key: str, value: str, allowed: str, kind: str, row: int | None = None
    ) -> None:
        """Note one problem and go on reading."""
        self.found.append(InputProblem(file, key, value, allowed, kind, row))

    @property
    def enough(self) -> bool:
        """Whether so much is wrong that reading on would help nobody and only take memory."""
        return len(self.found) >= MOST_PROBLEMS

    def extend(self, problems: Iterable[InputProblem]) -> None:
        """Note the problems of another reader."""
        self.found.extend(problems)

    def __iter__(self) -> Iterator[InputProblem]:
        return iter(self.found)

    def raise_if_any(self) -> None:
        """Refuse the input if anything at all is wrong with it."""
        if self.found:
            raise BadInput(self.found)


def describe(value: object) -> str:
    """A value on one short line, text in quotes, with what could not be seen or fit made plain."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return _quoted(value)
        case int() if value.bit_length() > _SHOWN_BITS:
            return f"a whole number of {value.bit_length()} bits"
        case Decimal():
            return f"{str(value)[:_SHOWN_CHARACTERS]} (a number with a fraction, without quotes)"
        case date():
            return value.isoformat()
        case list():
            return f"a list of {len(value)}"
        case dict():
            return "a table"
        case _:
            return str(value)


def _quoted(text: str) -> str:
    shown = text[:_SHOWN_CHARACTERS]
    visible = "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii")
        for letter in shown
    )
    rest = f" ({len(text)} characters)" if len(text) > _SHOWN_CHARACTERS else ""
    return f'"{visible}"{rest}'
