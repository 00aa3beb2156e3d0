"""Help with each place of the menu: what it is for and how it is used, in a few plain sentences.

A page leads to the part of its place, and so do the pages that stand under it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from api.pages.menu import Item, named_sections

HELP: Final = "/help"

_OF_PLACES: Final[Mapping[str, tuple[str, ...]]] = {
    "/referrals": (
        "A referral asks for a home for one young person. The list says where each stands, how "
        "much support is needed, and by which day a place is needed.",
        "Brokers and boroughs also see the days of waiting and the next duty. A home sees those "
        "it is listed for or asked about.",
        "Choose what to show at the top. Open a number to read the record and to take the next "
        "step, such as a shortlist, a call, an offer or an approval.",
        "From the record you can also print a sheet about each home on the shortlist, and a letter "
        "to the young person.",
    ),
    "/begin": (
        "You write a referral in parts. What you save is kept as a draft that nobody is asked "
        "about yet.",
        "The last part lists what is still missing. When nothing is, send the referral in.",
        "If it cannot wait, say that it is an emergency. To come back to somebody whose referral "
        "is closed, open that one and begin a later one from it.",
    ),
    "/approvals": (
        "Some homes need a yes from an officer of the borough before a young person moves in. The "
        "list says which approval, for which home, and why.",
        "Read the referral first. You may say no. You give the reason in either case.",
    ),
    "/borough": (
        "This is for one borough. It counts your referrals by where they stand.",
        "It lists the homes that are decided for or lived in, with the fee for a week and where "
        "that fee comes from. Open a number to read the record.",
    ),
    "/duties": (
        "A duty is something that must be done by a day, such as a visit or a review. The list has "
        "what is late and what is due in the next six weeks.",
        "Each says who does it and which law or contract asks for it. Open the referral and write "
        "down that it was done. Then it leaves the list.",
    ),
    "/moving-on": (
        "Here are the young people with a plan for their next home, month by month.",
        "Each plan has a goal, how ready the young person is, and a way back if it does not work "
        "out. Plans are written down in the referral.",
    ),
    "/homes": (
        "Here are all homes with what is free today. Free means the places less those who live "
        "there and the rooms out of use.",
        "If it is your home, open it and confirm how many places are free. You can also say that "
        "rooms are out of use, and from when they are used again.",
        "A broker can see who could live in a home, and can add a home that is not on file.",
    ),
    "/offers": (
        "An offer asks a home to take one young person, and says by which day to answer.",
        "First the manager of the home writes down what moving in would mean for those who live "
        "there. Then the home says yes, or no with a reason.",
        "A broker who gets no answer calls the home and writes the call down.",
    ),
    "/why-me": (
        "This is for providers. It shows what your homes were asked in a time that you choose, "
        "beside your share of the places.",
        "It lists your own reasons for saying no. It also says why a home of yours was on a "
        "shortlist and was not asked.",
        "What other providers were asked is told as one sum, and not where it would give one away.",
    ),
    "/registers": (
        "A register is a list that is only ever added to: agreements, marks that young people gave "
        "to homes, training, checks of providers, and what happens in contracts.",
        "An entry is not changed. To put one right, write a new one in its place. The old one "
        "stays on record.",
    ),
    "/matches": (
        "A match lists each young person who could move in, the home, and what counts against it. "
        "It shows {at_once} at a time.",
        "Some young people wait. The match says why. A broker can open the number of a referral to "
        "see each rule.",
        "Some places stay empty. That can be right. The match says why.",
        "A broker runs a match, and can hold somebody to a home or keep them from it before the "
        "next one. What takes long can be left. You find it again under Matches.",
    ),
    "/fairness": (
        "This counts how the newest match shares out: by borough, sex, age, need band and "
        "provider.",
        "It shows who is placed and who waits, how far the homes are, and how many places each "
        "holds. It counts one plan, and judges nobody.",
    ),
    "/weights": (
        "A match finds the plan with the fewest points. Here you see what costs how many points, "
        "and how many miles would cost the same.",
        "Named people set the weights. What nobody has set is our starting assumption.",
    ),
    "/price": (
        "Open the price check. Choose a need band and the days. Each line of the answer says how "
        "it was worked out.",
        "The link keeps your question, so you can send it to somebody.",
    ),
    "/contracts": (
        "A block contract pays for places over years. Open one to see how many of its places are "
        "used, what the empty ones cost, and what each borough owes.",
        "Its other pages have each line of the ledger, whether all boroughs pay the same, and "
        "prices that others have published.",
        "A commissioner of the partnership opens the contract to write down trades of places, "
        "boroughs that leave, and results. The figures count them at once.",
    ),
    "/forecast": (
        "The income forecast says what a contract pays if so many places are used.",
        "A provider can add its own costs to the forecast and see what is left. The costs are not "
        "kept, unless it ticks that the link keeps them.",
    ),
    "/bands": (
        "A need band says how much support a young person needs. The page shows each question, "
        "what each score means, and which scores make which band.",
        "A home that is asked, or where the young person lives, can open the referral and dispute "
        "the band. It says why. A broker who did not set the band answers by a set day.",
        "The band stays as it is until somebody sets it anew. The answer alone does not change it.",
    ),
    "/benchmarks": (
        "A benchmark is a price that somebody has published. Each has its source, its year, and "
        "how we know it.",
        "To see a contract’s fees beside them, open the contract.",
    ),
    "/reports": (
        "A report counts what happened over a time that you choose: how many came and went, what "
        "came of it, whether there are enough places.",
        "Reports are made from a store without names. A report says of which days it does not know "
        "all. You can take all of its tables as one workbook.",
    ),
    "/scenarios": (
        "A scenario plays the years of a contract many times over. It takes a while. You can leave "
        "the page and come back.",
        "Say what might change, and compare. A commissioner of the partnership can also ask which "
        "places to buy, from Scenarios.",
    ),
    "/audit": (
        "Each look at a young person and each act is an entry: who, when, what, and about which "
        "record. Choose a record, an account or an act to find its entries.",
        "Entries hang together in a chain. You can check that none was changed or taken out. Keep "
        "the seal that is shown, and check against it later.",
    ),
}

_UNDER: Final[Mapping[str, str]] = {
    "/options": "/referrals",
    "/jobs": "/matches",
    "/purchases": "/scenarios",
}
"""Pages that stand under a place whose address theirs does not begin with."""

_LEADS_ON: Final = frozenset({"/contracts", "/registers", "/fairness", "/reports"})
"""Places whose own address leads to a page under it, where there is but one or a first."""


@dataclass(frozen=True, slots=True)
class Part:
    """The help with one place: its anchor, its name, what it is for, and the sentences."""

    anchor: str
    place: Item
    sentences: tuple[str, ...]


def parts(at_once: int) -> list[tuple[str, list[Part]]]:
    """The help with every place, under the headings of the menu; `at_once` rows are shown."""
    return [
        (text, [
            Part(_anchor(one.href), one,
                 tuple(told.format(at_once=at_once) for told in _OF_PLACES[one.href]))
            for one in places
        ])
        for text, places in named_sections()
    ]  # fmt: skip


def help_with(path: str) -> str:
    """Where the help with a page is."""
    place = _place_of(path)
    return HELP if place is None else f"{HELP}#{_anchor(place)}"


def purpose_of(path: str) -> str | None:
    """What the page of a place is for, in the menu's words; None for any other page."""
    before, _, rest = path.removeprefix("/").partition("/")
    own = not rest or (f"/{before}" in _LEADS_ON and "/" not in rest)
    return _PURPOSES.get(f"/{before}") if own else None


_PURPOSES: Final = {one.href: one.about for _, places in named_sections() for one in places}


def _place_of(path: str) -> str | None:
    first = f"/{path.removeprefix('/').partition('/')[0]}"
    place = _UNDER.get(first, first)
    return place if place in _OF_PLACES else None


def _anchor(href: str) -> str:
    return href.removeprefix("/")


if set(_OF_PLACES) != set(_PURPOSES):
    raise RuntimeError(f"places without help: {sorted(set(_OF_PLACES) ^ set(_PURPOSES))}")
