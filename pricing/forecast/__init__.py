"""What a provider may expect of a contract: income by month, training, costs, and break-even.

Read in this order: `asked` (what is expected), `part` (whose places), `months`, `costs` (the
provider's own), `lines` (every heading of every month, exact), `forecast` (the cases, rounded),
`breakeven`, then `notes`, `render` and `answer` (how it is said).
"""
