"""A second, slow reading of the case-folder contract, sharing no code with the engine.

Tests hold the engine against it: ``read`` the folder, ``words`` of the contract, ``pairs`` (rules
and points of a pair), ``plan`` (joint rules and the three levels of a given plan), ``answer`` (the
reasons in ``plan.json``), ``brute`` and ``milp`` (two ways to the best plan), ``activity`` (which
rules a case really exercises).
"""
