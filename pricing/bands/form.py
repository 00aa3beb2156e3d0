"""A scores file to fill in: every item with its question and what each score means.

Every item stands as unknown, so that a form sent back half filled gives a range and never a guess.
"""

from pricing.bands.published import ASSUMPTIONS, source_words
from pricing.bands.scores_parts import UNKNOWN
from pricing.bands.thresholds import SCORES, Thresholds


def blank_scores(thresholds: Thresholds) -> str:
    """The text of a scores file with nothing scored yet, and no day."""
    lines = [
        f"# Scores for a need band by {source_words(thresholds)}",
        *([f"# {ASSUMPTIONS}"] if thresholds.assumed else []),
        "# Fill in what stands between the quotes, then ask: broker band THIS-FILE",
        "",
        'young_person_id = ""        # a pseudonym: no name, NHS number or UPN',
        'assessed_on = ""            # a day without quotes, such as 2026-09-01',
        'status = "provisional"      # "confirmed" once somebody else has confirmed it',
        "",
        "[thresholds]",
        f'id = "{thresholds.id}"',
        f'version = "{thresholds.version}"',
        "",
        "[assessed_by]               # a role, no name",
        'role = ""',
        'organisation = ""',
        "",
        f'[scores]                    # 0, 1, 2 or 3 without quotes; "{UNKNOWN}" is never 0',
    ]
    for domain in thresholds.domains:
        lines += ["", f"# {domain.name}"]
        for item in domain.items:
            lines += ["", f"# {item.name}: {item.question}"]
            lines += [f"#   {score}  {item.descriptors[score]}" for score in SCORES]
            lines.append(f'{item.code} = "{UNKNOWN}"')
    lines += [
        "",
        "[reasons]                   # what was seen or heard, for each score that matters",
    ]
    return "\n".join(lines) + "\n"
