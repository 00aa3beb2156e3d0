"""A copy of the whole database while work goes on, and putting it back, proven by comparing."""
