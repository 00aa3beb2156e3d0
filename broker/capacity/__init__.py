"""How many block places, of which kind, where, at what cost, and how sure."""
