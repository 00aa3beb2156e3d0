"""How long each kind of record is kept, what is due to go, and taking it away by an entry."""
