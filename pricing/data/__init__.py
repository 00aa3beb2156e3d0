"""Tables that are shipped: figures that others have published, each with its source."""
