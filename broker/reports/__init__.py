"""Reports from the warehouse: each figure with its count, and not available is not zero."""
