import os
import stat
import threading
from pathlib import Path

import pytest

from broker.commands.endings import Refused
from broker.commands.files import check_outputs, read_text, write_whole


def test_a_file_is_replaced_whole_and_keeps_its_rights(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_text("old", encoding="utf-8")
    file.chmod(0o640)
    write_whole(file, ["new ", "£"])
    assert file.read_text(encoding="utf-8") == "new £"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_what_fails_half_way_leaves_the_old_file_and_no_remains(tmp_path: Path) -> None:
    file = tmp_path / "pairs.csv"
    file.write_text("old", encoding="utf-8")

    def pieces() -> object:
        yield "half"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_whole(file, pieces())  # type: ignore[arg-type]
    assert file.read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["pairs.csv"]


def test_a_link_is_followed_and_stays_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "real.json", tmp_path / "link.json"
    target.write_text("old", encoding="utf-8")
    link.symlink_to(target)
    write_whole(link, ["new"])
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8") == "new"


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    heard: list[str] = []
    reader = threading.Thread(target=lambda: heard.append(pipe.read_text(encoding="utf-8")))
    reader.start()
    check_outputs({"--out": pipe})
    write_whole(pipe, ["a plan"])
    reader.join(5)
    assert heard == ["a plan"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_every_output_that_cannot_be_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        check_outputs({"--out": tmp_path, "--pairs": tmp_path / "no" / "x", "--more": None})
    assert [line.split(" ")[0] for line in refused.value.sentences] == [
        "--out",
        "--pairs",
        "Nothing",
    ]


def test_an_output_may_not_be_an_input_by_another_name(tmp_path: Path) -> None:
    file, link = tmp_path / "homes.csv", tmp_path / "link.csv"
    file.touch()
    link.symlink_to(file)
    with pytest.raises(Refused, match="that is also"):
        check_outputs({"--out": link}, [file])


def test_a_file_too_large_to_be_a_plan_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("broker.commands.files.LARGEST_FILE", 5)
    file = tmp_path / "plan.json"
    file.write_text("123456", encoding="utf-8")
    with pytest.raises(Refused, match="larger than 64 MB"):
        read_text(file)


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_bytes(b"\xef\xbb\xbf{}")
    assert read_text(file) == "{}"
