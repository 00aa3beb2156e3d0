"""A whole life through the running service leaves nothing of the young person in its log."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from broker.sample.whole_form import whole_form
from broker.store.clock import today
from tests.integration.killed.clients import HOMES, headers_of, life_of
from tests.integration.killed.service import Service, ask

HOME = HOMES[0]
BORN = date(2012, 11, 23)
SECRETS = (
    "Zebedee", "Quillfeather", "Marmalade Yard", "E13 9ZZ", "Saint Obscura", "YP-LOGGED",
    "a cat called Pepper", "met a man at the bus stop", "Auntie Quill",
    *(BORN.strftime(how) for how in ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %B %Y", "%Y%m%d")),
)  # fmt: skip


def test_no_name_birth_day_address_or_school_is_in_the_log(
    service: Service, tokens: dict[str, str]
) -> None:
    told = whole_form(
        young_person_id="YP-LOGGED",
        identity={
            "name": "Zebedee Quillfeather",
            "address": "77 Marmalade Yard, E13 9ZZ",
            "school": "Saint Obscura Academy",
        },
        date_of_birth=BORN,
        wishes="a cat called Pepper",
        risk_other="met a man at the bus stop",
        why_residential="Auntie Quill cannot have him back",
        waiting_since=today() - timedelta(days=20),
        needed_by=today(),
    ).model_dump(mode="json")
    number = 0

    def send(account: str, method: str, path: str, body: Any, seen: int) -> tuple[Any, Any]:
        nonlocal number
        number += 1
        return ask(
            service.port, method, path, body, headers_of(tokens[account], f"log-{number}", seen)
        )

    status, made = send("assessor", "POST", "/api/referrals", {"form": told}, 0)
    assert status == 201, made
    address, version = f"/api/referrals/{made['id']}", made["version"]
    steps = [*life_of(HOME, 0), ("broker", {"kind": "move_in", "moved_in_on": str(today())})]
    amended = {"kind": "amend", "form": {**told, "wishes": "a cat called Pepper, and a dog"},
               "reason": "Zebedee says so"}  # fmt: skip
    steps.insert(3, ("assessor", amended))
    for account, step in steps:
        spoilt = {**step, "words": ["Zebedee"], "Quillfeather": "Marmalade Yard"}
        assert send(account, "POST", f"{address}/steps", spoilt, version)[0] == 422
        assert send(account, "POST", f"{address}/steps", step, version + 7)[0] == 412
        status, told_back = send(account, "POST", f"{address}/steps", step, version)
        assert status == 201, (step["kind"], told_back)
        version = told_back["version"]
        for reader in ("assessor", "broker", f"manager-{HOME}"):
            send(reader, "GET", address, None, version)
            send(reader, "GET", f"{address}/steps", None, version)
    assert told_back["state"] == "moved_in"
    send("assessor", "POST", "/api/referrals", {"form": told}, 0)
    for path in ("/api/referrals?after=Zebedee", "/api/referrals/Quillfeather", "/api/placements"):
        send("broker", "GET", path, None, 0)
    ask(service.port, "GET", "/referrals/Zebedee%20Quillfeather?name=Marmalade%20Yard")
    ask(service.port, "GET", "/api/referrals", None, {"authorization": "Bearer Zebedee"})
    service.stop()
    log = service.log.read_text("utf-8")
    assert log.count("\n") > 5 * len(steps), "every request is in the log"
    assert [secret for secret in SECRETS if secret.casefold() in log.casefold()] == []
