"""Whether a contract's prices are starting assumptions, and the sentence that says so.

The contract page has no key for it, so a contract says it of itself in its name. Every page and
every answer for other programs that shows its prices repeats it. What `broker price --json` and
`broker statement --json` answer is fixed by the contract page: there the command says it beside.
"""

from pricing.terms import Contract

ASSUMPTIONS = "These prices are starting assumptions of this product, not any provider's prices."
_WORDS = ("assum", "invented", "illustrative", "made up")


def is_assumed(contract: Contract) -> bool:
    """Whether a contract's name says that its prices are assumptions or invented."""
    return any(word in contract.name.lower() for word in _WORDS)


def assumptions(*contracts: Contract) -> list[str]:
    """The sentence, once, if it holds of any of these contracts."""
    return [ASSUMPTIONS] if any(map(is_assumed, contracts)) else []
