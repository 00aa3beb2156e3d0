"""Invented statutory returns of several years whose truth is known, to try estimates on."""

from broker.sample.returns.write import FEWEST_YEARS, MOST_YEARS, returns_files, write_returns

__all__ = ["FEWEST_YEARS", "MOST_YEARS", "returns_files", "write_returns"]
