"""The statutory return on children looked after (SSDA903): tables, codes, reading, mending."""
