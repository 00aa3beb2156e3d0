"""Writing the statutory return: from the lives on record, or again what was read."""
