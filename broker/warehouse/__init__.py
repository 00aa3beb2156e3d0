"""The warehouse: what happened, as facts and dimensions, built from the records alone."""
