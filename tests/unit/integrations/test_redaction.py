"""What a peer echoes must not reach logs, the office or exceptions."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.integrations.redaction import MAX_LENGTH, redact, texts_within

PRINTABLE = st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=0x9FFF, exclude_characters="*…"), min_size=2)


@given(PRINTABLE, PRINTABLE, PRINTABLE)
def test_known_values_never_survive(before, secret, after):
    assert secret not in redact(f"{before}{secret}{after}", [secret]).replace("***", "")


@given(st.text())
def test_the_result_is_one_short_line(text):
    result = redact(text)
    assert len(result) <= MAX_LENGTH and "\n" not in result


def test_numbers_of_persons_and_opaque_words_are_masked():
    text = "phone 13800000000, id 11010519491231002X, key imGEf8jtd/IVEOQwLWIzY5jNSUESmdR4AyTezZeZqmQ= is bad"
    assert redact(text) == "phone ***, id ***, key *** is bad"


def test_short_codes_stay_readable():
    assert redact("0x00072001: visitorName is empty (line 12)") == "0x00072001: visitorName is empty (line 12)"


def test_every_text_of_a_payload_is_found():
    payload = {"visitor": {"name": "测试甲", "age": 3}, "groups": ["a", {"deep": "b"}], "none": None}
    assert sorted(texts_within(payload)) == ["a", "b", "测试甲"]
