"""The simulated world: young people come, are matched each week by the real rules, stay and go."""
