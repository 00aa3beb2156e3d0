"""What may leave the partnership: counts of five or more, and none from which a smaller follows."""
