"""What is held about one young person, for them to read: everything, and nobody else's identity."""
