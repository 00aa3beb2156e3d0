"""What a hash of a password costs, and what a password must be."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from broker.access import passwords
from broker.access.passwords import LONGEST_PASSWORD, Kept, fits, wrong_password


def test_a_hash_costs_in_earnest_what_is_recommended() -> None:
    """RFC 9106, second recommended option: argon2id, 64 MiB, three passes, four lanes."""
    for made in (passwords.hashed("anything"), passwords._nobody()):
        assert made.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


@given(st.text(max_size=300))
def test_any_text_is_judged_and_none_of_another_length_is_a_password(text: str) -> None:
    if not [*wrong_password(text, "somebody")]:
        assert 12 <= len(text) <= LONGEST_PASSWORD
        assert len(set(text)) >= 5
        assert "somebody" not in text.lower()


def test_nothing_fits_what_is_no_hash() -> None:
    for kept in ("", "plain text", "$argon2id$broken", "$2b$12$abcdefghijklmnopqrstuv"):
        assert not fits(Kept("somebody", kept), "plain text")
