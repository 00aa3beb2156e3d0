"""The life of a referral: from the form to moving in, and on to the last review.

A life is a series of steps, each taken by a named person and never altered. `form` and `steps` say
what a step holds, `state` what a life is once its steps are added up, `gates` what must hold before
a step, `duties` what must be done and by when, `desk` takes a step: one transaction, on record.
"""
