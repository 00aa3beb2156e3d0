"""Measures matching at size: our engine beside a flow, plain CP-SAT and HiGHS, on the same cases."""
