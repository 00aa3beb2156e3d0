"""Fifty people at work at once on a service with ten thousand young people on record."""
