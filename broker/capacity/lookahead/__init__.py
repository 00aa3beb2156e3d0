"""What a place is worth if kept for a scarcer need, from simulated arrivals."""
