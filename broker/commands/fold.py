"""Long lines folded between words, each continued under where its words began."""

from __future__ import annotations

import re
import textwrap

_LEAD = re.compile(r"\s*(?:[!\-]\s+|\d+\.\s+)?")
DEEPER = 4


def fold(text: str, width: int) -> str:
    """Lines longer than `width` folded between words; what has no space stays whole."""
    return "\n".join(_folded(line, width) for line in text.split("\n"))


def _folded(line: str, width: int) -> str:
    if len(line) <= width:
        return line
    found = _LEAD.match(line)
    lead = found.end() if found else 0
    hang = " " * (lead if line[:lead].strip() else lead + DEEPER)
    return textwrap.fill(
        line,
        width,
        subsequent_indent=hang,
        break_long_words=False,
        break_on_hyphens=False,
        drop_whitespace=True,
    )
