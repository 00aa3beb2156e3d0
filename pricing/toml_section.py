"""One table of a TOML file: its keys checked by name, its values by type and range.

Types are those of the page's examples: money and percentages are text in quotes (a TOML number
with a fraction would be a binary one elsewhere, and 4500 could be pounds or pence), days are TOML
dates without a time, counts are whole numbers. Money has exactly two decimals; a percentage may be
written with none or with more ("3", "2.875"), since that changes nothing.
"""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from pricing.money import Pence, parse_decimal, parse_pounds
from pricing.problems import Problems, describe
from pricing.record import Record, T

WHOLE_LIMIT = 1_000_000
TEXT_LIMIT = 200
PROSE_LIMIT = 2000
TABLES_LIMIT = 1000

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_CODE = re.compile(r"[^\s=;,\"']+")

POUNDS_ALLOWED = 'pounds from 0.00 with two decimals, in quotes, such as "4500.00"'
DAY_ALLOWED = "a day without quotes, such as 2026-04-01"
TEXT_ALLOWED = f"text in quotes, not blank, without blanks around it, up to {TEXT_LIMIT} characters"
PROSE_ALLOWED = f"text in quotes, not blank, in one paragraph of up to {PROSE_LIMIT} characters"
WORDS_ALLOWED = f"words in quotes, not blank, up to {PROSE_LIMIT} characters"
CODE_ALLOWED = "text in quotes without blanks, quotes, =, ; or ,"


class Section(Record):
    """A table at `path` ("" for the file itself), with typed, checked reading of its values."""

    def __init__(self, table: dict[str, object], path: str, file: str, found: Problems) -> None:
        super().__init__(file, found)
        self.table = table
        self.path = path

    def where(self, key: str) -> str:
        """The dotted name of a key, as TOML writes it."""
        name = key if _BARE_KEY.fullmatch(key) else describe(key)
        return f"{self.path}.{name}" if self.path else name

    def check_keys(self, required: Sequence[str], optional: Collection[str] = ()) -> None:
        """Every required key is there, and no key that the page does not know."""
        known = [*required, *optional]
        for key in self.table:
            if key not in known:
                self.refuse(key, describe(self.table[key]), " ".join(known), "unknown key")
        for key in required:
            if key not in self.table:
                self.refuse(key, "missing", "this key is required", "missing key")

    def check_name(self, key: str) -> None:
        """A key that is itself a name or id is fit to be one."""
        if as_text(key) is None:
            self.refuse(key, describe(key), TEXT_ALLOWED, "bad value")

    def text(self, key: str) -> str:
        """A name or id: not blank, nothing invisible."""
        return self._read(key, as_text, TEXT_ALLOWED, "")

    def prose(self, key: str) -> str:
        """A sentence or a paragraph of them."""
        return self._read(key, _as_prose, PROSE_ALLOWED, "")

    def words(self, key: str) -> str:
        """A reason in words, over several lines if need be."""
        return self._read(key, _as_words, WORDS_ALLOWED, "")

    def code(self, key: str) -> str:
        """A code that fits `code=units` lists."""
        return self._read(key, _as_code, CODE_ALLOWED, "")

    def choice(self, key: str, allowed: Sequence[str]) -> str:
        """One of a few words."""
        return self._read(
            key,
            lambda value: value if isinstance(value, str) and value in allowed else None,
            " or ".join(f'"{word}"' for word in allowed),
            "",
        )

    def day(self, key: str, stand_in: date = date.min) -> date:
        """A day; a date with a time is refused."""
        return self._read(
            key, lambda value: value if type(value) is date else None, DAY_ALLOWED, stand_in
        )

    def whole(self, key: str, least: int = 0, most: int = WHOLE_LIMIT) -> int:
        """A whole number from `least` to `most`; true and false are not numbers."""
        return self._read(
            key,
            lambda value: value if type(value) is int and least <= value <= most else None,
            f"a whole number from {least} to {most}, without quotes",
            least,
        )

    def pounds(self, key: str) -> Pence:
        """An amount of money, in pence."""
        return self._read(
            key,
            lambda value: parse_pounds(value) if isinstance(value, str) else None,
            POUNDS_ALLOWED,
            0,
        )

    def percent(self, key: str) -> Fraction:
        """A percentage from 0 to 100, exact."""

        def accept(value: object) -> Fraction | None:
            number = parse_decimal(value) if isinstance(value, str) else None
            return number if number is not None and number <= 100 else None

        return self._read(
            key, accept, 'a percentage from 0 to 100, in quotes, such as "2.80"', Fraction()
        )

    def number(self, key: str, unit: str) -> Fraction:
        """A number of 0 or more of some unit, whole or with decimals, exact."""
        return self._read(key, _as_number, f"a number of {unit} from 0, such as 10", Fraction())

    def flag(self, key: str) -> bool:
        """True or false."""
        return self._read(
            key,
            lambda value: value if isinstance(value, bool) else None,
            "true or false, without quotes",
            False,
        )

    def texts(self, key: str) -> list[str]:
        """A list of names or ids."""

        def accept(value: object) -> list[str] | None:
            if not isinstance(value, list):
                return None
            items = [item for item in map(as_text, value) if item is not None]
            return items if len(items) == len(value) else None

        return self._read(key, accept, 'a list of texts, such as ["SC990001"]', [])

    def section(self, key: str) -> "Section":
        """The table under a key; an empty stand-in if it is absent or something else."""
        empty: dict[str, object] = {}
        table = self._read(
            key, lambda value: value if isinstance(value, dict) else None, "a table", empty
        )
        return Section(table, self.where(key), self.file, self._found)

    def sections(self, key: str) -> list["Section"]:
        """The tables of a list of tables, numbered from 1 in messages."""

        def accept(value: object) -> list[dict[str, object]] | None:
            if not isinstance(value, list):
                return None
            tables = [item for item in value if isinstance(item, dict)]
            return tables if len(tables) == len(value) <= TABLES_LIMIT else None

        none: list[dict[str, object]] = []
        allowed = f"up to {TABLES_LIMIT} tables, each headed [[{self.where(key)}]]"
        tables = self._read(key, accept, allowed, none)
        return [
            Section(table, f"{self.where(key)}[{number}]", self.file, self._found)
            for number, table in enumerate(tables, start=1)
        ]

    def _read(self, key: str, accept: Callable[[object], T | None], allowed: str, stand_in: T) -> T:
        if key not in self.table:
            return stand_in
        return self.take(key, self.table[key], accept, allowed, stand_in)


def as_text(value: object, limit: int = TEXT_LIMIT) -> str | None:
    """A text that is safe as a name or id, of at most so many characters, else None."""
    if not isinstance(value, str) or not 0 < len(value) <= limit:
        return None
    return value if value == value.strip() and value.isprintable() else None


def refuse_repeats(sections: Iterable[Section], key: str, values: Iterable[str | date]) -> None:
    """Refuse a value of a key that an earlier table of the same list has already."""
    first: dict[str | date, Section] = {}
    for section, value in zip(sections, values, strict=True):
        if not section.good(key):
            continue
        if value in first:
            section.refuse(
                key, describe(value), f"each once; {first[value].path} has it", "duplicate"
            )
        else:
            first[value] = section


def _as_prose(value: object) -> str | None:
    return as_text(value, PROSE_LIMIT)


def _as_words(value: object) -> str | None:
    if not isinstance(value, str) or not 0 < len(value.strip()) <= len(value) <= PROSE_LIMIT:
        return None
    visible = all(letter.isprintable() or letter == "\n" for letter in value)
    return value.strip() if visible else None


def _as_code(value: object) -> str | None:
    text = as_text(value)
    return text if text is not None and _CODE.fullmatch(text) else None


def _as_number(value: object) -> Fraction | None:
    if type(value) is int:
        return Fraction(value) if 0 <= value <= WHOLE_LIMIT else None
    return parse_decimal(str(value)) if isinstance(value, Decimal | str) else None
