"""Measures matching and pricing at size, each beside limits on the same cases in the same run."""
