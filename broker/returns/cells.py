"""Cells of returns and of the standard are written so that no spreadsheet runs them.

The rule and its undoing are those of every table: `matching.formulas`.
"""

from matching.formulas import safe, unsafe

__all__ = ["safe", "unsafe"]
