"""The statutory return on children looked after (SSDA903): its tables, codes, reading and repair."""
