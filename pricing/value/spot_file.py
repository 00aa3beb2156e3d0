"""Reading a table of weekly spot fees: TOML, every error of it at once.

```
name = "…"                      # what the fees are
source = "…"                    # where they come from
from = 2026-04-01               # the days they hold for, half-open
to = 2027-04-01
requirements = "included"       # or "not priced": then a placement that needs any is unknown
[fees]                          # pounds a week; a band that is left out is unknown
low = "5100.00"
```
"""

from pathlib import Path
from typing import Final

from pricing.problems import Problems, describe
from pricing.terms import BANDS
from pricing.text_file import read_file
from pricing.toml_file import file_version, parse_toml
from pricing.toml_section import Section
from pricing.value.spot import SpotFees

_INCLUDED: Final = "included"
_NOT_PRICED: Final = "not priced"


def read_spot_fees(path: Path) -> SpotFees:
    """The spot fees in a TOML file.

    Raises:
        BadInput: with every problem of the file.
    """
    return parse_spot_fees(read_file(path), path.name)


def parse_spot_fees(data: bytes, file: str) -> SpotFees:
    """The spot fees in the bytes of a TOML file; `file` is the name that messages show.

    Raises:
        BadInput: with every problem of the file.
    """
    found = Problems()
    top = Section(parse_toml(data, file, "a table of spot fees"), "", file, found)
    top.check_keys(("name", "source", "from", "to", "requirements", "fees"))
    start, end = top.day("from"), top.day("to")
    if top.good("from", "to") and end <= start:
        top.refuse("to", describe(end), f"a day after from, {start}", "wrong order")
    fees = top.section("fees")
    if top.good("fees"):
        fees.check_keys((), BANDS)
    read = SpotFees(
        file=file,
        version=file_version(data),
        name=top.prose("name"),
        origin=top.prose("source"),
        start=start,
        end=end,
        requirements_included=top.choice("requirements", (_INCLUDED, _NOT_PRICED)) == _INCLUDED,
        fees={band: fees.pounds(band) for band in BANDS if band in fees.table},
    )
    if top.good("fees") and not fees.table:
        top.refuse("fees", "no fee", f"a fee for at least one of {', '.join(BANDS)}", "missing key")
    found.raise_if_any()
    return read
