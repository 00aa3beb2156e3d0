"""A year played week by week under four ways of choosing, side by side."""
