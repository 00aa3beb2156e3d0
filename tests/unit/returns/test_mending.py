"""Each rule of mending on a case of its own; the rules are those of LIIA's docs/fix_episodes.md."""

from __future__ import annotations

from datetime import date

from broker.returns.episode import Episode
from broker.returns.whole import Returns, read_returns
from tests.unit.returns.written import HAVERING, Folder, row


def own(returns: Returns, child: str = "1") -> tuple[Episode, ...]:
    return returns.episodes[HAVERING, child]


def days(returns: Returns) -> list[tuple[date, date | None, str]]:
    return [(each.start, each.end, each.ceased) for each in own(returns)]


def test_an_episode_open_at_the_close_stands_again_in_the_next_return_and_is_one(
    folder: Folder,
) -> None:
    folder.episodes(2020, row("1", "3/5/19")).episodes(2021, row("1", "3/5/19", "9/9/20", rec="E8"))
    returns = read_returns(folder.path)
    assert days(returns) == [(date(2019, 5, 3), date(2020, 9, 9), "E8")]
    assert returns.fates == {"read": 2, "kept": 1, "repeated": 1, "deleted": 0, "refused": 0}
    assert not returns.repairs


def test_rule_1_ends_an_open_episode_where_the_next_begins(folder: Folder) -> None:
    folder.episodes(2020, row("1", "3/5/19"))
    folder.episodes(2021, row("1", "9/6/20", rne="P", place="K2"))
    returns = read_returns(folder.path)
    assert days(returns)[0] == (date(2019, 5, 3), date(2020, 6, 9), "X1")
    assert own(returns)[0].reason == "LIIAF"
    assert [(each.rule, each.row) for each in returns.repairs] == [("RULE_1", 2)]


def test_rule_1_gives_no_reason_of_a_move_where_only_the_law_changed(folder: Folder) -> None:
    folder.episodes(2020, row("1", "3/5/19"))
    folder.episodes(2021, row("1", "9/6/20", rne="L", legal="E1"))
    assert own(read_returns(folder.path))[0].reason == ""


def test_rule_1_holds_within_one_return(folder: Folder) -> None:
    folder.episodes(2020, row("1", "3/5/19"), row("1", "1/8/19", rne="P", place="K2"))
    returns = read_returns(folder.path)
    assert days(returns)[0][1] == date(2019, 8, 1)
    assert returns.fates["refused"] == 0


def test_rule_1a_ends_it_the_day_before_coming_into_care_again(folder: Folder) -> None:
    folder.episodes(2020, row("1", "3/5/19"), row("1", "1/8/19", rne="S", place="K2"))
    assert days(read_returns(folder.path))[0] == (date(2019, 5, 3), date(2019, 7, 31), "E99")


def test_rule_1a_ends_it_on_31_march_at_the_latest(folder: Folder) -> None:
    folder.episodes(2020, row("1", "3/5/19"))
    folder.episodes(2021, row("1", "9/6/20", rne="S", place="K2"))
    assert days(read_returns(folder.path))[0] == (date(2019, 5, 3), date(2020, 3, 31), "E99")


def test_rule_2_ends_on_31_march_whoever_is_in_no_later_return(folder: Folder) -> None:
    folder.episodes(2020, row("1", "3/5/19")).episodes(2021, row("2", "3/5/20"))
    returns = read_returns(folder.path)
    assert days(returns) == [(date(2019, 5, 3), date(2020, 3, 31), "E99")]
    assert [each.end for each in own(returns, "2")] == [None]


def test_rule_3_deletes_an_open_copy_with_another_first_day(folder: Folder) -> None:
    folder.episodes(2020, row("1", "3/5/19"))
    folder.episodes(2021, row("1", "13/5/19", "9/9/20", rec="E8"))
    returns = read_returns(folder.path)
    assert days(returns) == [(date(2019, 5, 13), date(2020, 9, 9), "E8")]
    assert returns.fates["deleted"] == 1
    assert returns.repaired == {"RULE_3": 1}


def test_rule_3_makes_two_equal_rows_of_a_file_one(folder: Folder) -> None:
    folder.episodes(2020, row("1", "3/5/19"), row("1", "3/5/19"))
    returns = read_returns(folder.path)
    assert len(own(returns)) == 1
    assert returns.fates["deleted"] == 1


def test_rule_3a_deletes_what_a_later_return_replaced(folder: Folder) -> None:
    folder.episodes(2020, row("1", "1/6/19", place="U6"))
    folder.episodes(2021, row("1", "3/5/19", "9/9/20", rec="E8"))
    returns = read_returns(folder.path)
    assert days(returns) == [(date(2019, 5, 3), date(2020, 9, 9), "E8")]
    assert returns.repaired == {"RULE_3A": 1}


def test_rule_4_ends_an_overlap_where_the_next_begins(folder: Folder) -> None:
    folder.episodes(2020, row("1", "3/5/19", "1/3/20"))
    folder.episodes(2021, row("1", "1/2/20", rne="P", place="K2"))
    returns = read_returns(folder.path)
    assert days(returns)[0][1] == date(2020, 2, 1)
    assert returns.repaired == {"RULE_4": 1}


def test_rule_5_closes_a_gap_after_x1_between_returns(folder: Folder) -> None:
    folder.episodes(2020, row("1", "3/5/19", "1/3/20"))
    folder.episodes(2021, row("1", "9/6/20", rne="P", place="K2"))
    returns = read_returns(folder.path)
    assert days(returns)[0][1] == date(2020, 6, 9)
    assert returns.repaired == {"RULE_5": 1}


def test_a_gap_after_leaving_care_stays_a_gap(folder: Folder) -> None:
    folder.episodes(2020, row("1", "3/5/19", "1/3/20", rec="E4A"))
    folder.episodes(2021, row("1", "9/6/20", place="K2"))
    returns = read_returns(folder.path)
    assert days(returns)[0][1] == date(2020, 3, 1)
    assert not returns.repairs


def test_a_number_means_someone_else_in_another_authority(folder: Folder) -> None:
    folder.episodes(2020, row("1", "3/5/19")).episodes(2021, row("2", "3/5/19"))
    other = Folder(folder.path, "E09000025")
    other.episodes(2021, row("1", "9/6/20", place="K2"))
    returns = read_returns(folder.path)
    assert days(returns) == [(date(2019, 5, 3), date(2020, 3, 31), "E99")]
    assert returns.episodes["E09000025", "1"][0].end is None


def test_who_has_no_row_left_is_not_among_the_young_people(folder: Folder) -> None:
    folder.episodes(2019, row("1", "31/3/19"))
    folder.episodes(2020, row("2", "3/5/19"))
    returns = read_returns(folder.path)
    assert returns.fates["deleted"] == 1
    assert set(returns.episodes) == {(HAVERING, "2")}
