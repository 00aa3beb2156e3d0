"""The life of a block as pages that a commissioner reads: whose places, voids, exits, failures."""

from collections.abc import Mapping

from pricing.block.exits import ExitAnswer
from pricing.block.failures import FailureAnswer
from pricing.block.life import BlockLife
from pricing.block.render_watch import balance_lines, material_lines, notice_lines
from pricing.money import Pence, pounds_for_people
from pricing.numbers import short
from pricing.render import page, source_lines, table, title

PARTS_OF_A_PLACE = (
    "Where several boroughs leave places idle, each is said to lend a part in proportion; place"
    " days are then shown to two decimals, and exactly with --json."
)


def render_life(life: BlockLife) -> str:
    """The whole answer in words."""
    contract, asked = life.scene.contract, life.question
    head = [
        title(contract),
        f"Block {asked.start} to {asked.end} (the last day is not counted), notices as of"
        f" {asked.as_of}",
    ]
    return page(
        head,
        _findings(life),
        _occupancy(life),
        _shares(life),
        _uses(life),
        _burdens(life),
        *(_exit(answer) for answer in life.exits),
        *(_failure(answer) for answer in life.failures),
        *(material_lines(year) for year in life.years),
        notice_lines(life),
        balance_lines(life.balance),
        source_lines(contract),
    )


def _findings(life: BlockLife) -> list[str]:
    return ["To look into:", *(f"  {each}" for each in life.findings)] if life.findings else []


def _occupancy(life: BlockLife) -> list[str]:
    rows = [["from", "to", "days", "payable", "in use", "unused", "out of use"]]
    for day, line in zip(life.days, life.burdens.voids.lines, strict=True):
        stretch = day.stretch
        numbers = (stretch.days, line.payable, stretch.in_use, line.unused, stretch.out_of_use)
        rows.append([str(stretch.start), str(stretch.end), *map(str, numbers)])
    return [
        "Places on each day (out of use: on the provider’s side):",
        *table(rows, left=0),
    ]


def _shares(life: BlockLife) -> list[str]:
    codes = list(life.scene.block.shares)
    rows = [["from", "to", *codes]]
    for period in life.shares:
        numbers = (str(period.shares[code]) for code in codes)
        rows.append([str(period.start), str(period.end), *numbers])
    return ["Shares, in places:", *table(rows, left=0)]


def _uses(life: BlockLife) -> list[str]:
    trades = {trade.trade_id: trade for trade in life.scene.trades}
    asked = life.question
    lines = []
    if place_days := life.place_days():
        rows = [["used by", "place of", "released by", "place days", "a place and week"]]
        for (user, owner, id), days in place_days.items():
            agreed = f"trade {id}" if id else "nobody: idle that day"
            price = pounds_for_people(trades[id].price) if id else "nothing"
            rows.append([user, owner, agreed, short(days), price])
        lines += ["Whose place was used beyond a borough’s own share:", *table(rows, left=3)]
        if any(days.denominator > 1 for days in place_days.values()):
            lines.append(PARTS_OF_A_PLACE)
    else:
        lines.append("No borough used a place beyond its own share.")
    if life.trades:
        rows = [["trade", "released by", "used by", "from", "to", "places", "a week", "payment"]]
        for trade in life.trades:
            payment = trade.payment(asked.start, asked.end)
            rows.append(
                [
                    trade.trade_id,
                    trade.released_by,
                    trade.used_by,
                    str(trade.start),
                    str(trade.end),
                    str(trade.places),
                    pounds_for_people(trade.price),
                    pounds_for_people(payment),
                ]
            )
        lines += [
            "",
            "Agreed trades (due for each day, whether the place is used or not; between boroughs"
            " only, the provider gets the same):",
            *table(rows, left=3),
        ]
    return lines


def _burdens(life: BlockLife) -> list[str]:
    rows = [
        ["borough", "nobody beyond", "by contract", "after exits", "after trades", "pays", "gets",
         "bears"]
    ]  # fmt: skip
    for code, burden in life.burdens.boroughs.items():
        amounts = (
            burden.without_use,
            burden.contract,
            burden.after_exits,
            burden.after_trades,
            burden.pays,
            burden.gets,
            burden.bears,
        )
        rows.append([code, *map(pounds_for_people, amounts)])
    charge = life.burdens.charge
    paid = sum(burden.pays for burden in life.burdens.boroughs.values())
    totals = (life.burdens.without_use, charge, charge, charge, paid, paid, charge)
    rows.append(["all", *map(pounds_for_people, totals)])
    return [
        "Voids, and what is paid for places:",
        *table(rows, left=1),
        "“nobody beyond”: the voids had no borough used a place beyond its own share;",
        "“by contract”: the split of `broker statement`; “bears”: voids after trades, with what is",
        "paid for places and less what is got.",
    ]


def _exit(answer: ExitAnswer) -> list[str]:
    leaver = answer.leaver
    rows = [["", "places before", "places after", "bears more of the voids"]]
    for code in answer.passed:
        before, after = answer.before.get(code, 0), answer.after.get(code, 0)
        rows.append([code, str(before), str(after), pounds_for_people(answer.passed[code])])
    there = ", ".join(row.placement_id for row in answer.still_there)
    return [
        f"{leaver.borough} leaves on {leaver.leaves_on}; notice was given on"
        f" {leaver.notice_given}:",
        *table(rows, left=1),
        "The charge is the same, only its split changes. Stranded cost that the others bear in this"
        f" period: {pounds_for_people(answer.stranded)};",
        "to the end of the term, should its part of the guarantee stand empty, at most"
        f" {pounds_for_people(answer.at_most)} at the prices the contract knows.",
        f"Nobody moves out for it; still there that day: {there or 'nobody'}.",
    ]


def _failure(answer: FailureAnswer) -> list[str]:
    failure = answer.failure
    title = "What if" if answer.what_if else "On record:"
    before, after = (sum(voids.values()) for voids in answer.voids)
    lines = [
        f"{title} {failure.provider} {'failed' if answer.what_if else 'fails'} on {failure.day}:",
        f"  {answer.places} places in {_homes(len(answer.homes))} cannot be used from that day, on"
        " the provider’s side;",
        f"  places payable whether used or not: {answer.payable[0]} before, {answer.payable[1]}"
        " after;",
        f"  voids of the period: {pounds_for_people(before)} before,"
        f" {pounds_for_people(after)} after;",
        f"  owed for its placements, period’s start to that day: {_amounts(answer.owed)};",
        f"  no longer due after it: {_amounts(answer.not_due)}.",
        "  The contract does not say which provider gets how much of a void, so none is counted as"
        " owed to this one.",
    ]
    if answer.is_lead:
        lines.append(f"  {failure.provider} signs for the other providers: somebody else must now.")
    if not answer.moving:
        return [*lines, "  Nobody needs another place for it."]
    rows = [["young person", "borough", "home", "band", "placement", "since"]]
    for row in answer.moving:
        since = str(row.start)
        rows.append(
            [row.young_person_id, row.borough, row.home_id, row.band, row.placement_id, since]
        )
    return [*lines, f"  {len(answer.moving)} need another place:", *table(rows, left=6)]


def _homes(number: int) -> str:
    return "1 home" if number == 1 else f"{number} homes"


def _amounts(amounts: Mapping[str, Pence]) -> str:
    if not amounts:
        return "nothing"
    each = ", ".join(f"{code} {pounds_for_people(amount)}" for code, amount in amounts.items())
    return f"{pounds_for_people(sum(amounts.values()))} ({each})"
