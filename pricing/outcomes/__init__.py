"""Results and innovation: what was agreed beforehand, what shows it, and what it pays."""
