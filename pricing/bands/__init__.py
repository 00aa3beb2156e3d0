"""How much support a young person needs, in four bands, by published thresholds and nothing else.

Read `thresholds` (what is published), `banding` (which band, and why), `smallest` and `changes`
(what would change it), `scores` (one young person's scores, confirmed or disputed), `answer` and
`words` (what is told), `history` (how a band changes during a placement).
"""
