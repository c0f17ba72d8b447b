"""Numbers of a table as links: found by what is printed, also where lines are not printed."""

from hematotox.reporting.report_links import Target, anchor, linked

TABLE = (
    '<table class="printed"><tbody>\n'
    '<tr><th scope="row">Age</th><td>59 (48–67)</td><td>&lt;0.001<sup>a</sup></td></tr>\n'
    '<tr><th class="section" colspan="3">Part</th></tr>\n'
    '<tr><th scope="row">Sex</th><td></td><td class="words">3</td></tr>\n'
    "</tbody></table>\n"
    '<div class="notes"><p><sup>a</sup> Few.</p><p>Others.</p></div>'
)
CELLS = """row,column,printed,estimate_id,quantity
3,2,59 (48–67),aaa,estimate
3,2,59 (48–67),bbb,conf_low
3,3,<0.001 [a],ccc,p_value
4,2,7,ddd,n
5,1,Sex,eee,n
5,3,3,fff,n
"""
FOUND = {key: Target("definition-os", f"{key} & words") for key in ("aaa", "ccc", "fff")}


def test_numbers_and_letters_become_links_and_all_else_stays() -> None:
    text = linked(TABLE, CELLS, FOUND, name="table1")
    start = '<a class="number" href="#definition-os" title="{} &amp; words">'
    assert f"<td>{start.format('aaa')}59 (48–67)</a></td>" in text
    assert (
        f'<td>{start.format("ccc")}&lt;0.001</a><sup><a href="#table1-a">a</a></sup></td>' in text
    )
    # the line with 7 stands in the data files only
    assert f'<td class="words">{start.format("fff")}3</a></td>' in text
    assert '<p id="table1-a"><sup>a</sup> Few.</p><p>Others.</p>' in text
    assert text.count('<a class="number"') == 3


def test_a_table_without_cells_stays_as_it_is_but_for_its_letters() -> None:
    text = linked(TABLE, "", FOUND, name="t")
    assert 'class="number"' not in text
    assert text.replace('<a href="#t-a">a</a>', "a").replace(' id="t-a"', "") == TABLE


def test_the_place_of_a_definition_is_made_of_its_words() -> None:
    assert anchor("Late ICAHT, grade 3 or higher") == "definition-late-icaht-grade-3-or-higher"
