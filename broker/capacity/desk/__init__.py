"""Simulations that people ask for on a page: the queue in a folder, the work, and what is shown."""
