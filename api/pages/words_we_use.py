"""The words of the pages and what they mean: one list, for `/words` and docs/glossary.md."""

from __future__ import annotations

from typing import Final

WORDS: Final[tuple[tuple[str, str], ...]] = (
    (
        "Adjoining, distant",
        "A home in a borough that touches the young person’s own adjoins it. One further away "
        "is distant. One in their own borough is in area.",
    ),
    (
        "Adjustment",
        "What a borough owes or gets back when a need band or the ledger has changed after "
        "the bill. The bill itself stays as it was.",
    ),
    (
        "Agreed trade",
        "One borough’s places pass to another for some days and at a price, used or not.",
    ),
    (
        "Approval",
        "A yes or no of an officer of the borough, which some homes need before a young "
        "person moves in.",
    ),
    ("Audit", "The list of who looked at what and did what. Nothing in it can be changed unseen."),
    ("Baseline", "The figures of the year before, kept as they were, so that change can be shown."),
    ("Benchmark", "A price that somebody has published, with its source and year."),
    ("Bill", "What a borough was asked to pay for a time."),
    ("Block contract", "Places that are paid for over years, used or not."),
    (
        "Break-even",
        "The least use at which a block costs no more than buying each place by itself, or at "
        "which a provider’s income covers its costs.",
    ),
    ("By hand", "A court decides part of the plan, so a named person looks for the place."),
    ("Case", "All that one match looks at: who needs a place, the homes, the policy and the day."),
    (
        "Cashable, avoided, social",
        "Three kinds of saving. A budget can be cut by the first. The second is a cost that "
        "did not come. The third is worth that is in nobody’s budget. They are not added up.",
    ),
    ("Deviation", "Two amounts for the same home, need band and day that are not the same."),
    (
        "Digest",
        "A short mark made from a whole text. It is another one as soon as a letter changes.",
    ),
    (
        "Dispute",
        "A home says that a need band is wrong. Somebody who did not set the band answers.",
    ),
    ("Draft", "A referral that is still being written. No home is asked about it."),
    (
        "Duty",
        "Something that must be done by a day, such as a visit or a review, and who must do it.",
    ),
    ("Eligible", "Every rule holds for this young person and this home on this day."),
    ("Exit", "A borough leaves a contract."),
    (
        "Fairness",
        "How a match shares out between boroughs, ages and so on. It counts, and judges nobody.",
    ),
    (
        "Found, computed, recalled",
        "How we know a price: from the source that is named, worked out from such prices, or "
        "from memory and not checked.",
    ),
    ("Home", "Where young people live."),
    (
        "Ledger",
        "The list of placements under a contract, day by day, from which bills are worked out.",
    ),
    (
        "Level",
        "One of three things that a match makes best, in order: nobody without a place today, "
        "then points, then cost.",
    ),
    ("Load", "What a home is asked to carry, by the need bands of those who live there."),
    ("Marginal fee", "What one more placement adds to what is paid in any case."),
    (
        "Match",
        "One plan for all who need a place, made at one time. It is the best there is, or the "
        "best that was found before time ran out. It says which.",
    ),
    (
        "Material change",
        "Changes in a contract’s year that come to more than 5% of its value, so that the "
        "agreement is open again.",
    ),
    ("Mix", "How many of the used places are in each need band."),
    (
        "Mix received",
        "Who moved in, by need band and moves before. A home’s results are read beside it.",
    ),
    ("Moving in, moving on", "The start and the end of a placement."),
    ("Near miss", "A home that one or two rules keep from being right."),
    (
        "Need band",
        "Low, medium, high or specialist: how much support a young person needs. It is "
        "provisional until somebody else has checked it.",
    ),
    ("Not yet known", "Somebody left and has not come back, and a year is not over yet."),
    ("Occupancy", "How much of the places is used, over the days that are counted."),
    ("Offer", "The question to a home whether it takes one young person, with a day to answer by."),
    ("Parity", "The same home, need band and day cost every borough the same."),
    ("Place", "One young person’s room in a home, and the care that goes with it."),
    ("Place-day, place-week", "One place for one day, or for seven days."),
    ("Placement", "One young person living in one place, from one day to another."),
    ("Points", "What counts against a plan. Fewer is better."),
    (
        "Proposal",
        "What a match puts forward for a young person. Of results, it is what a provider and "
        "the partnership agreed to do, and how that is measured.",
    ),
    ("Re-banding", "A need band is set anew at a review, perhaps from an earlier day."),
    ("Referral", "A borough asks for a place for one young person."),
    ("Register", "A list that is only ever added to."),
    ("Repeat", "Somebody is in a home again within a year of leaving care in homes."),
    ("Scenario", "What might change, played for years beside how things are now."),
    (
        "Seal",
        "The mark of the newest entry of the audit. If you keep it, you can check later that "
        "nothing before it was changed.",
    ),
    ("Share", "How many places of a block contract a borough pays for."),
    (
        "Shortlist",
        "The homes that a broker puts forward for one young person, with the reasons for and "
        "against each.",
    ),
    ("Spot", "One place bought for one young person."),
    ("Stay", "An unbroken time in homes, in one or in several."),
    ("Step down", "A planned move to a family or to more independence."),
    (
        "Stranded cost",
        "What a borough that left would have paid for empty places. Those who stay pay it.",
    ),
    (
        "Sufficiency",
        "Whether there are enough places, of the right kind and near enough, for those who "
        "need one.",
    ),
    (
        "Total of all providers",
        "What all providers of a contract were asked, as one sum. It is hidden where it would "
        "give one of them away.",
    ),
    (
        "Unplanned ending",
        "A placement that broke down. A move that is good for the young person is none.",
    ),
    ("Void", "A place that is paid for and not used."),
    ("Weight", "How many points something costs. Named people set the weights."),
    (
        "Young person",
        "Somebody of 11 to 17 whom a borough looks after, and those who stay on after.",
    ),
)
"""Each word with its meaning for anybody, in the order of the alphabet."""
