"""Measures matching at size, beside a flow, plain CP-SAT and HiGHS on the same cases."""
