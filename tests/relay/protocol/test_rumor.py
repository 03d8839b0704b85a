"""OpenTok's binary frames: written, read, and refused where they lie."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph_relay.protocol import rumor
from heliograph_relay.protocol.rumor import BadFrame, Frame, Kind

text = st.text(st.characters(codec="utf-8"), max_size=40)
headers = st.dictionaries(text, text, max_size=8)


def test_a_ping_is_these_nine_bytes() -> None:
    assert rumor.encode(Kind.PING) == bytes.fromhex("00 00 00 05 00 00 07 00 00")


@given(st.sampled_from(Kind), headers, st.binary(max_size=200), st.lists(text, max_size=5))
def test_what_is_written_is_read(
    kind: Kind, fields: dict[str, str], body: bytes, addresses: list[str]
) -> None:
    frame = rumor.decode(rumor.encode(kind, fields, body, addresses))
    assert frame == Frame(kind=kind, addresses=tuple(addresses), headers=fields, body=body)


@given(headers, st.data())
def test_a_header_is_found_without_reading_the_rest(fields: dict[str, str], data: st.DataObject) -> None:
    value = data.draw(text)
    frame = rumor.encode(Kind.STATUS, {"TRANSACTION-ID": value, **fields}, b"", ["someone"])
    wanted = fields.get("TRANSACTION-ID", value)
    assert rumor.header_of(frame, b"TRANSACTION-ID").decode() == wanted


GOOD = rumor.encode(Kind.MESSAGE, {"a": "b"}, b"body", ["x"])


@pytest.mark.parametrize("size", range(len(GOOD) - len(b"body")))
def test_a_frame_cut_anywhere_is_refused(size: int) -> None:
    with pytest.raises(BadFrame):
        rumor.decode(GOOD[:size])
    cut = (max(size, 4) - 4).to_bytes(4) + GOOD[4 : max(size, 4)]
    with pytest.raises(BadFrame):
        rumor.decode(cut)


@pytest.mark.parametrize(
    ("damaged", "words"),
    [
        (b"\x00\x00\x00\x06" + rumor.encode(Kind.PING)[4:], "length"),
        (b"\xff\xff\xff\xff" + rumor.encode(Kind.PING)[4:], "length"),
        (bytes.fromhex("00000005 0001 07 00 00"), "length"),
        (bytes.fromhex("00000005 0000 05 00 00"), "type 5"),
        (bytes.fromhex("00000005 0000 ff 00 00"), "type 255"),
        (bytes.fromhex("00000008 0000 07 01 0001 ff 00"), "UTF-8"),
        (bytes.fromhex("00000007 0000 07 ff ffff 00"), "too early"),
        (bytes.fromhex("00000006 0000 07 00 ff 00"), "too early"),
        (b"", "too early"),
    ],
)
def test_a_frame_that_lies_is_refused_in_words(damaged: bytes, words: str) -> None:
    with pytest.raises(BadFrame, match=words):
        rumor.decode(damaged)


@given(st.binary(max_size=300))
def test_no_bytes_do_harm(data: bytes) -> None:
    assert isinstance(rumor.header_of(data, b"TRANSACTION-ID"), bytes)
    for frame in (data, (len(data)).to_bytes(4) + data):
        try:
            rumor.decode(frame)
        except BadFrame as error:
            assert error.code == 400
