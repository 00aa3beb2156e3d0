"""Who will need a place: arrivals, stays, endings and distances, estimated from the returns."""
