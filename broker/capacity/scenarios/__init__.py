"""Named assumptions that turn one demand into another."""
