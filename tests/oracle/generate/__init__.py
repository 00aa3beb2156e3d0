"""Invented cases: whole valid case folders drawn from a seed, and small changes to them."""
