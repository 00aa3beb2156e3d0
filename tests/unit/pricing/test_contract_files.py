"""What is no contract file at all: no TOML, too large, not there."""

from pathlib import Path

import pytest

from pricing.contract import parse_contract, read_contract
from pricing.problems import BadInput
from pricing.text_file import SIZE_LIMIT


@pytest.mark.parametrize(
    ("data", "key", "value"),
    [
        (b"", "", "the file is empty"),
        (b"\xef\xbb\xbf \n\n", "", "the file is empty"),
        (b'id = "A"\nname = "caf\xe9"\n', "line 2", "a byte that is not UTF-8"),
        ('id = "A"\n'.encode("utf-16"), "line 1", "a byte that is not UTF-8"),
        (b'id = "A"\n\nname = "B\0"\n', "line 3", "a NUL byte"),
        (b'id = "A"\nname = B\n', "", "not TOML: Invalid value (at line 2, column 8)"),
        (b"start = 2026-02-30\n", "", "not TOML: Invalid date or datetime"),
        (b'id = "A"\nid = "B"\n', "", "not TOML: Cannot overwrite a value (at line 2"),
        (b"places = " + b"9" * 5000, "", "not TOML: Exceeds the limit"),
        (b"id = " + b"[" * 100_000, "", "not TOML: lists or tables too deep"),
        (b"\na" + b" . a" * 200_000 + b" = 1", "", "more than 50 dots in line 2"),
        (b"[" + b'"a b".' * 60 + b"c]", "", "more than 50 dots in line 1"),
        (b"#" * (4 * 1024 * 1024 + 1), "", "too large for a contract"),
    ],
)
def test_a_file_that_is_no_toml_text_is_refused_with_its_line(
    data: bytes, key: str, value: str
) -> None:
    with pytest.raises(BadInput) as refused:
        parse_contract(data, "contract.toml")
    (problem,) = refused.value.problems
    assert (problem.kind, problem.key) == ("file", key)
    assert problem.value.startswith(value)


def test_a_file_over_the_limit_is_refused_by_its_size(tmp_path: Path) -> None:
    large = tmp_path / "large.toml"
    with large.open("wb") as handle:
        handle.truncate(SIZE_LIMIT + 1)
    with pytest.raises(BadInput, match=r"large\.toml: file: the file is too large.*64 MB"):
        read_contract(large)


def test_an_endless_device_is_refused_though_it_shows_no_size(tmp_path: Path) -> None:
    link = tmp_path / "zero.toml"
    link.symlink_to("/dev/zero")
    with pytest.raises(BadInput, match="not a plain file"):
        read_contract(link)


@pytest.mark.parametrize("name", ["absent.toml", ".", "with\0nul.toml"])
def test_a_file_that_cannot_be_read_is_a_problem_and_no_traceback(
    tmp_path: Path, name: str
) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        read_contract(tmp_path / name)
