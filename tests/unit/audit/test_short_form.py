"""A table copied from a paper: 30 right rows and 11 wrong ones, in the ways that papers print."""

from pathlib import Path

import pytest

from hematotox.audit import audit
from hematotox.audit.short_form import plain_print, read_short_form
from hematotox.cli import main
from hematotox.errors import UserErrors

HEADING = (
    "place,measure,printed,group,reference,term,endpoint,n,n_event_high,n_high,n_event_low,n_low"
)
RIGHT = """
    one decimal,odds ratio,"2.9 (1.3-6.8), P = .012",,,,,,,,,
    comma,odds ratio,"2,4 (1,2–4,9) p=0,017",,,,,,,,,
    below a thousandth,odds ratio,"4.1 (2.0–8.4) P<0.001",,,,,,,,,
    not significant,odds ratio,"1.5 (0.8-2.7) p=0.19",,,,,,,,,
    hazard ratio,hazard ratio,1.91 (1.29-2.81) P<.001,,,,,,,,,
    en dash,hazard ratio,1.52 (1.02–2.26) P=.04,,,,,,,,,
    below one,hazard ratio,0.44 (0.26-0.77) P=.004,,,,,,,,,
    without P,hazard ratio,"0,86 (0,47-1,59)",,,,,,,,,
    subdistribution,subdistribution hazard ratio,2.82 (1.03 to 7.76) P=.04,,,,,,,,,
    with counts,odds ratio,8.67 (2.30-32.68),,,,,,13,44,3,65
    with counts and comma,odds ratio,"13,3 (3,7–48,5)",,,,,,20,50,3,63
    profile interval,odds ratio,3.23 (1.1-14),,,,,,,,,
    count,count,12 (34%),,,a,,35,,,,
    count with comma,count,"12 (34,3 %)",,,b,,35,,,,
    count without sign,count,145 (62),,,c,,235,,,,
    small count,count,"7 (8,8%)",,,d,,80,,,,
    one patient,count,"1 (0,4 %)",,,e,,250,,,,
    thousand,count,"1,002 (100%)",,,f,,1002,,,,
    s1,sensitivity,89%,,,s1,x,,,,,
    c1,specificity,68%,,,s1,x,,,,,
    auc1,auc,0.79,,,s1,x,,,,,
    lr1,positive likelihood ratio,2.8,,,s1,x,,,,,
    lrn1,negative likelihood ratio,"0,16",,,s1,x,,,,,
    s2,sensitivity,"88,9 %",,,s2,y,,,,,
    c2,specificity,"68,1 %",,,s2,y,,,,,
    survival,survival,"67% (62–72)",,,,z,389,,,,
    survival with comma,survival,"0,44 (0,39-0,49)",,,,z2,389,,,,
    proportion,proportion,21% (16-27),,,,w,245,,,,
    fisher high,count,35,high,yes,g,,42,,,,
    fisher low,count,23,low,yes,g,,38,,,,
    fisher,fisher,".027",,,g,,,,,,
"""
WRONG = """
    equals its limit,hazard ratio,1.87 (1.87-3.55) P<.001,,,,,,,,,
    outside,odds ratio,"5,2 (1,2–4,9)",,,,,,,,,
    P too small,odds ratio,2.4 (1.2-4.9) p<0.001,,,,,,,,,
    P with comma too small,hazard ratio,"1,1 (0,8–1,5) P=,02",,,,,,,,,
    percentage,count,12 (37%),,,h,,35,,,,
    other than its counts,odds ratio,"9,9 (2,3–32,7)",,,,,,13,44,3,65
    s3,sensitivity,86 %,,,s3,q,,,,,
    c3,specificity,39 %,,,s3,q,,,,,
    area,auc,"0,73",,,s3,q,,,,,
    too narrow,survival,44% (41–47),,,,q2,60,,,,
    fisher2 high,count,20,high,yes,k,,42,,,,
    fisher2 low,count,17,low,yes,k,,38,,,,
    fisher2,fisher,"P=0,003",,,k,,,,,,
    not in the middle,hazard ratio,"3,0 (1,1–20)",,,,,,,,,
    odds ratio at its limit,odds ratio,"1,87 (1,87–3,55)",,,,,,,,,
"""
PLANTED = {
    "equals its limit", "outside", "P too small", "P with comma too small", "percentage",
    "other than its counts", "area", "too narrow", "fisher2", "not in the middle",
    "odds ratio at its limit",
}  # fmt: skip


def drawn(*parts: str) -> str:
    lines = [line.strip() for part in parts for line in part.strip().splitlines()]
    return "\n".join([HEADING, *lines]) + "\n"


def places(text: str) -> set[str]:
    return {one.place.partition(": ")[2] for one in audit(read_short_form(text, source="t.csv"))}


def test_right_rows_give_no_finding() -> None:
    assert places(drawn(RIGHT)) == set()


def test_every_planted_error_is_found_and_nothing_else() -> None:
    assert places(drawn(RIGHT, WRONG)) == PLANTED


@pytest.mark.parametrize(
    ("printed", "plain"),
    [
        ("2,94 (1,27–6,80), P ≤ 0,012", "2.94 (1.27-6.80), P < 0.012"),
        ("23,4 %", "23.4 %"),
        ("1,002 (38%)", "1002 (38%)"),
        ("0,234", "0.234"),
        ("1.87 (1.29-2.81) P<,001", "1.87 (1.29-2.81) P<.001"),
        ("16 (4−39)", "16 (4-39)"),
        ("0·84 (0·71–0·92)", "0.84 (0.71-0.92)"),
    ],
)
def test_print_is_read_whatever_its_signs(printed: str, plain: str) -> None:
    assert plain_print(printed) == plain


def test_what_has_no_form_is_named_by_its_line() -> None:
    wrong = "place,measure,printed\na,odds ratio,about two\nb,ratio,2.0 (1.0-4.0)\n"
    with pytest.raises(UserErrors) as caught:
        read_short_form(wrong, source="t.csv")
    assert [m.split(": ")[0] for m in caught.value.messages] == ["t.csv:2", "t.csv:3"]
    with pytest.raises(UserErrors, match="columns are missing: place"):
        read_short_form("measure,printed\nauc,0.7\n", source="t.csv")


def test_the_command_reads_a_short_table(tmp_path: Path, capsys) -> None:
    file = tmp_path / "mine.csv"
    file.write_text(drawn(RIGHT), encoding="utf-8")
    assert main(["audit", str(file)]) == 0
    assert capsys.readouterr().out == "Nothing contradicts itself.\n"
    file.write_text(drawn(RIGHT, WRONG), encoding="utf-8")
    assert main(["audit", str(file)]) == 1
    assert len(capsys.readouterr().out.splitlines()) == len(PLANTED)
