"""A small threshold file and scores for it, as text to be edited, with what is wrong in them."""

from datetime import date

import pytest

from pricing.bands.answer import Answer, answer
from pricing.bands.scores import Assessment
from pricing.bands.scores_file import parse_scores
from pricing.bands.threshold_file import parse_thresholds
from pricing.bands.thresholds import Thresholds
from pricing.problems import BadInput, InputProblem
from tests.unit.pricing.samples import edited as edited

THRESHOLDS = """\
id = "T"
version = "3"
name = "Made up for tests"
status = "agreed"
from = 2026-01-05
levels = ["none", "watch", "act", "act now"]
bands = [
  { code = "low", meaning = "little" },
  { code = "medium", meaning = "some" },
  { code = "high", meaning = "much" },
  { code = "specialist", meaning = "most" },
]

[[domains]]
code = "mind"
name = "Mind"

[[domains.items]]
code = "mood"
name = "Mood"
question = "How do they feel?"
descriptors = ["well", "so-so", "badly", "very badly"]

[[domains.items]]
code = "sleep"
name = "Sleep"
question = "How do they sleep?"
descriptors = ["soundly", "lightly", "little", "not at all"]

[[domains]]
code = "danger"
name = "Danger"

[[domains.items]]
code = "gangs"
name = "Gangs"
question = "Is a gang after them?"
descriptors = ["no", "perhaps", "likely", "certainly"]

[[rules]]
code = "S1"
band = "specialist"
sentence = "In danger now and badly off"
when = [{ of = ["danger"], at_least = 3, how_many = 1 }, { of = ["mind"], total = 4 }]

[[rules]]
code = "H1"
band = "high"
sentence = "In danger now"
when = [{ of = ["gangs"], at_least = 3, how_many = 1 }]

[[rules]]
code = "H2"
band = "high"
sentence = "Everything needs action"
when = [{ of = ["all"], at_least = 2, how_many = 3 }]

[[rules]]
code = "M1"
band = "medium"
sentence = "It adds up"
when = [{ of = ["mood", "danger"], total = 3 }]
"""

SCORES = """\
young_person_id = "YP-1"
assessed_on = 2026-02-10
status = "provisional"

[thresholds]
id = "T"
version = "3"

[assessed_by]
role = "Social worker"
organisation = "Borough A"

[scores]
mood = 2
sleep = 1
gangs = 1

[reasons]
mood = "Cries most evenings."
"""

CONFIRMED = """\

[confirmed]
on = 2026-03-01
by = { role = "Team manager", organisation = "Borough A" }
"""

DISPUTE = """\

[dispute]
side = "provider"
on = 2026-02-20
reason = "We see more."
status = "open"
raised_by = { role = "Manager", organisation = "Home Ltd" }
scores = { gangs = 3, sleep = 2 }
reasons = { gangs = "Followed home twice.", sleep = "Up most nights." }
"""

SETTLED = """\

[dispute.settled]
on = 2026-03-10
by = { role = "Head of service", organisation = "Borough B" }
reason = "The police agree about the gang."
scores = { gangs = 3, sleep = 1 }
band = "high"
"""

SETTLED_DISPUTE = DISPUTE.replace('"open"', '"settled"') + SETTLED

STARTED = date(2026, 1, 5)


def thresholds_of(text: str = THRESHOLDS) -> Thresholds:
    return parse_thresholds(text.encode(), "bands.toml")


def assessment_of(text: str, thresholds: str = THRESHOLDS) -> Assessment:
    return parse_scores(text.encode(), "scores.toml", thresholds_of(thresholds), fault_of_id)


def answer_of(text: str, thresholds: str = THRESHOLDS) -> Answer:
    return answer(thresholds_of(thresholds), assessment_of(text, thresholds))


def threshold_problems(text: str) -> tuple[InputProblem, ...]:
    with pytest.raises(BadInput) as refused:
        thresholds_of(text)
    return refused.value.problems


def score_problems(text: str) -> tuple[InputProblem, ...]:
    with pytest.raises(BadInput) as refused:
        assessment_of(text)
    return refused.value.problems


def fault_of_id(text: str) -> str | None:
    """A stand-in for the brokerage's rule about ids, which is tested with the command."""
    return "ten digits" if text.isdigit() and len(text) == 10 else None
