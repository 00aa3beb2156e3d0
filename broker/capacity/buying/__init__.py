"""Which places to buy: portfolios compared on the same simulated young people."""
