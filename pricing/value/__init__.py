"""Whether the money is well spent: block against spot, one price for all, savings on record.

Read `spot`, `against_spot`, `break_even` and `margin` for value for money; `parity` for one price
whichever borough pays; `register` for savings; `published` for the prices that others have printed.
"""
