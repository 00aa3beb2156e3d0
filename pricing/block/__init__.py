"""The life of a block contract: trades, exits, failures, material change, notices, balance.

Read in this order: `shares`, `trades`, `whose_place`, `burdens`, `exits`, `failures`, `value`,
`changes`, `material`, `notices`, `balance`, then `life`, which holds the whole answer together.
"""
