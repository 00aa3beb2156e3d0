"""An amount of money on the command line."""

from __future__ import annotations

import argparse

from pricing.money import parse_pounds


def pounds(text: str) -> int:
    """Pence of an amount in pounds from 0, with or without its pence."""
    pence = parse_pounds(text if "." in text else f"{text}.00")
    if pence is None:
        raise argparse.ArgumentTypeError(f"“{text}”: allowed: pounds from 0, such as 250000.00")
    return pence
