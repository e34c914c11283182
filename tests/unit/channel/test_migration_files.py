"""Files of the old accounts: encodings, headers, and every rule of a line."""

from __future__ import annotations

from datetime import date

import pytest

from chalicelib.domains.channel.migration.imports.files import FileUnreadable, read_table
from chalicelib.domains.channel.migration.imports.model import ImportKind
from chalicelib.domains.channel.migration.imports.rows import Row, check_table
from chalicelib.domains.channel.migration.imports.texts import FAULTS, UNREADABLE, fault_words, problem_words

TODAY = date(2026, 11, 23)
ONE, TWO, THREE = (f"oOLD0000{number}xQ7vT2mKe9WbZr4Ld" for number in range(3))
PHONES = f"原openid,手机号,姓名\r\n{ONE},13900001111,王海峰\r\n"


def rows_of(text: str, kind: ImportKind = ImportKind.PHONES) -> list[Row]:
    return check_table(read_table(text.encode(), kind), kind, TODAY)


def faults_of(text: str, kind: ImportKind = ImportKind.PHONES) -> list[tuple[int, str, str]]:
    return [(row.number, fault.column, fault.code) for row in rows_of(text, kind) for fault in row.faults]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (PHONES.encode(), "UTF-8"),
        (PHONES.encode("utf-8-sig"), "UTF-8"),
        (PHONES.encode("gbk"), "GBK"),
        (PHONES.replace(",", "\t").encode("gbk"), "GBK"),
        (PHONES.replace(",", ";").encode(), "UTF-8"),
    ],
)
def test_what_office_programs_write_is_read(content: bytes, encoding: str) -> None:
    table = read_table(content, ImportKind.PHONES)
    assert table.encoding == encoding
    assert [(line.number, dict(line.values)) for line in table.lines] == [
        (2, {"openid": ONE, "phone": "13900001111", "name": "王海峰"})
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (PHONES.encode("utf-16"), "file_encoding"),
        (b"\x00\x01\x02", "file_encoding"),
        (b"PK\x03\x04\x14\x00\x08\x08\xff", "file_encoding"),
        (b"", "file_empty"),
        ("原openid,手机号\n\n".encode(), "file_empty"),
        ("原openid,姓名\nx,y\n".encode(), "file_column_missing:手机号"),
    ],
)
def test_what_cannot_be_read_is_said(content: bytes, code: str) -> None:
    with pytest.raises(FileUnreadable) as unreadable:
        read_table(content, ImportKind.PHONES)
    assert unreadable.value.code == code
    assert problem_words(code)


def test_lines_are_counted_as_an_editor_does() -> None:
    text = f'备注,手机号,原openid\n"两\n行",13900001111,{ONE}\n\n,13900002222,{TWO}\n'
    assert [row.number for row in rows_of(text)] == [2, 5]


def test_cells_that_a_spreadsheet_has_dressed_up() -> None:
    text = f'openid,手机\n\'{ONE},="139 0000 1111"\n{TWO},+86 139-0000-2222\n'.replace('="', '"=""').replace(
        '1"\n', '1"""\n'
    )
    assert [row.fields for row in rows_of(text)] == [{"phone": "13900001111"}, {"phone": "13900002222"}]


def test_a_bare_list_needs_no_header() -> None:
    for text in (f"{ONE}\n{TWO}\n", f"原openid\n{ONE}\n{TWO}\n"):
        assert [row.openid for row in rows_of(text, ImportKind.FOLLOWERS)] == [ONE, TWO]


def test_every_fault_of_a_line_is_listed() -> None:
    text = f"原openid,手机号,姓名\nnobody,1.39E+10,\n,13900001111,a/b\n{ONE},,好\n"
    assert faults_of(text) == [
        (2, "openid", "bad_openid"),
        (2, "phone", "bad_phone"),
        (3, "openid", "required"),
        (3, "name", "bad_name"),
        (4, "phone", "required"),
    ]


def test_duplicates_name_the_line_that_counts() -> None:
    text = f"原openid,手机号\n{ONE},13900001111\n{ONE},13900002222\n{TWO},13900001111\n{THREE},13900003333\n"
    found = [(row.number, fault.code, fault.line) for row in rows_of(text) for fault in row.faults]
    assert found == [(3, "duplicate", 2), (4, "phone_taken", 2)]


def test_a_driver_is_checked_with_the_products_own_rules() -> None:
    header = "原openid,姓名,手机号,身份证号,从业资格证号,资格证有效期\n"
    good = f"{ONE},林师傅,13900001111,11010519491231002x,3501,2027年6月30日\n"
    [row] = rows_of(header + good, ImportKind.DRIVERS)
    assert (row.faults, row.key, row.fields["licence_until"]) == ((), "13900001111", "2027-06-30")
    assert row.fields["id_number"] == "11010519491231002X"
    bad = f"{ONE},林师傅,13900001111,110105194912310021,,明天\n"
    assert faults_of(header + bad, ImportKind.DRIVERS) == [
        (2, "id_number", "bad_id_number"),
        (2, "licence_until", "bad_day"),
    ]


def test_a_person_may_have_several_vehicles() -> None:
    text = f"原openid,车牌号,挂车车牌号\n{ONE},闽A·12345,闽A1234挂\n{ONE},闽ad12345,\n{ONE},闽A12345,\n{ONE},A123,x\n"
    assert [row.key for row in rows_of(text, ImportKind.VEHICLES)] == ["闽A12345", "闽AD12345", "闽A12345", ""]
    assert faults_of(text, ImportKind.VEHICLES) == [
        (4, "openid", "duplicate"),
        (5, "plate_number", "bad_plate"),
        (5, "trailer_plate", "bad_plate"),
    ]


def test_every_fault_and_problem_has_words() -> None:
    text = f"原openid,手机号\n{ONE},13900001111\n{ONE},13900001111\n"
    [fault] = [fault for row in rows_of(text) for fault in row.faults]
    assert fault_words(fault) == "原openid：与第 2 行重复，只导入第 2 行"
    assert all(text for text in (*FAULTS.values(), *UNREADABLE.values()))
