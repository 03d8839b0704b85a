"""JSON Lines: all comes back, and a file that is damaged anywhere opens as far as it goes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.model.capture import Capture, Kind
from heliograph.model.captures.formats import reader_for
from heliograph.model.captures.lines import LineReader, write_lines
from heliograph.model.captures.opened import OpenedCapture
from heliograph.model.captures.reading import MAX_PIECE_BYTES, MOST_DAMAGED, NoCapture
from heliograph.model.rows import FrameRow

from .recording import captures, everything, extract, fates, joined, read, say, with_frames


def written(capture: Capture, numbers: list[int] | None = None) -> bytes:
    return joined(write_lines(extract(capture, numbers)))


def changed(line: int, **members: object) -> bytes:
    """`everything`, with members of one line replaced."""
    lines = written(everything()).splitlines()
    lines[line] = json.dumps({**json.loads(lines[line]), **members}).encode()
    return b"\n".join(lines)


# ---- round trips


@pytest.mark.parametrize("piece", [1, 7, 1_000, 1 << 16])
def test_everything_comes_back(piece: int) -> None:
    capture, reader = everything(), LineReader()
    opened = read(reader, written(capture), piece)
    assert opened.rows == capture.rows
    assert fates(opened) == fates(capture)
    assert (reader.damage, reader.title, reader.program, reader.saved, reader.part) == (
        "", "Choir", "Heliograph 1.0", 5, "all",
    )  # fmt: skip
    assert [opened.name(row.sender) for row in opened] == [capture.name(row.sender) for row in capture]
    assert opened.size == capture.size


@given(captures())
def test_any_capture_comes_back(capture: Capture) -> None:
    opened = read(LineReader(), written(capture))
    assert opened.rows == capture.rows
    assert fates(opened) == fates(capture)
    mentioned = {row.sender for row in capture} | {row.to for row in capture}
    assert {id: opened.name(id) for id in mentioned} == {id: capture.name(id) for id in mentioned}
    assert [opened.number_of(row.seq) for row in capture if row.seq is not None] == [
        row.number for row in capture if row.seq is not None
    ]


def test_short_ids_stay_what_they_were() -> None:
    capture = Capture()
    for seq, id in enumerate(["abcd-one", "abcd-two"], 2):
        say(capture, seq, id, "chat", "x")
    assert [capture.person_short_id(id) for id in ("abcd-two", "abcd-one")] == ["abcd", "abcdo"]
    opened = read(LineReader(), written(capture))
    assert [opened.person_short_id(id) for id in ("abcd-one", "abcd-two")] == ["abcdo", "abcd"]


def test_numbers_go_on_where_all_are_saved_and_begin_anew_where_some_are() -> None:
    capture = Capture(max_rows=50)
    for seq in range(2, 90):
        say(capture, seq, "ana", "chat", str(seq))
    opened = read(LineReader(), written(capture))
    assert opened.rows == capture.rows
    some = [capture[3].number, capture[5].number]
    opened = read(LineReader(), written(capture, some))
    assert [(row.number, row.data) for row in opened] == [(1, capture[3].data), (2, capture[5].data)]


def test_a_capture_that_grows_or_forgets_meanwhile_changes_nothing() -> None:
    capture = Capture(max_rows=2_000)
    for seq in range(2, 1_500):
        say(capture, seq, "ana", "chat", str(seq))
    before = list(capture.rows)
    pieces = write_lines(extract(capture))
    begun = [next(pieces), next(pieces)]
    for seq in range(1_500, 5_000):
        say(capture, seq, "ana", "chat", str(seq))
    assert read(LineReader(), joined([*begun, *pieces])).rows == before


def test_numbers_that_are_no_more_are_passed_over() -> None:
    capture = Capture(max_rows=50)
    for seq in range(2, 90):
        say(capture, seq, "ana", "chat", str(seq))
    opened = read(LineReader(), written(capture, [1, 2, capture[7].number]))
    assert [row.data for row in opened] == [capture[7].data]


def test_nothing_is_a_capture_too() -> None:
    assert read(LineReader(), written(Capture())).rows == []


def test_only_people_who_are_mentioned_are_named() -> None:
    capture = everything()
    chat = next(row.number for row in capture if row.data == "psst")
    assert b"ben" not in written(capture, [chat]).lower()


def test_half_characters_do_not_stop_a_file() -> None:
    capture = Capture()
    capture.note(Kind.STATUS, "a\ud800b", 1)
    assert read(LineReader(), written(capture))[0].note == "a?b"


def test_lines_that_grep_has_chosen_are_read() -> None:
    chosen = b"\n".join(line for line in written(everything()).splitlines() if b'"chat"' in line)
    opened = read(LineReader(), chosen)
    assert [row.data for row in opened] == ["hello", "psst", "no", "in another log"]


def test_editors_leave_marks() -> None:
    text = b"\xef\xbb\xbf" + written(everything()).replace(b"\n", b"\r\n") + b"\r\n\r\n"
    reader = LineReader()
    assert read(reader, text).rows == everything().rows
    assert reader.damage == ""


# ---- damage


@given(st.data())
def test_a_file_cut_anywhere_opens_as_far_as_it_goes(data: st.DataObject) -> None:
    text = written(everything())
    cut = data.draw(st.integers(0, len(text) - 1))
    reader = LineReader()
    try:
        opened = read(reader, text[:cut], data.draw(st.sampled_from([13, 1_000])))
    except NoCapture:
        assert cut <= text.index(b"\n")
        return
    whole = everything().rows
    assert opened.rows == whole[: len(opened)]
    complete = text[:cut].count(b"\n") - 1
    assert complete <= len(opened) <= complete + 1
    assert (reader.damage == "") == (len(opened) == len(whole))


@given(st.data())
def test_damage_anywhere_is_said_and_costs_a_few_rows_only(data: st.DataObject) -> None:
    text = bytearray(written(everything()))
    for _ in range(data.draw(st.integers(1, 3))):
        text[data.draw(st.integers(text.index(b"\n") + 1, len(text) - 1))] = data.draw(st.integers(0, 255))
    reader = LineReader()
    opened = read(reader, bytes(text), 500)
    assert len(opened) >= len(everything()) - 6


@given(st.binary(max_size=300))
def test_nonsense_is_refused_in_words(nonsense: bytes) -> None:
    try:
        read(reader_for(nonsense), nonsense)
    except NoCapture as no:
        assert str(no).endswith(".")


def test_where_it_broke_is_said() -> None:
    text = written(everything())
    lines = text.splitlines(keepends=True)
    lines[4] = b"{nonsense\n"
    reader = LineReader()
    opened = read(reader, b"".join(lines), 11)
    byte = sum(map(len, lines[:4]))
    assert reader.damage.startswith(f"Line 5 (byte {byte}) cannot be read: ")
    assert len(opened) == len(everything()) - 1
    assert [row.number for row in opened] == list(range(1, len(everything())))


def test_a_line_in_the_middle_of_the_end() -> None:
    reader = LineReader()
    opened = read(reader, written(everything())[:-30])
    count = len(everything())
    held = f"The file holds {count - 1} of the {count} rows that it was written with."
    assert reader.damage.endswith(f"The file ends in the middle of a line. {held}")
    assert len(opened) == count - 1


@pytest.mark.parametrize(
    "members",
    [
        {"at": -1}, {"at": "now"}, {"at": 1 << 60}, {"at": None}, {"kind": "teapot"}, {"direction": "up"}, {"seq": -5},
        {"from": 7}, {"from": ""}, {"to": "x" * 1_000}, {"data": 5}, {"note": "x" * 5_000}, {"people": [{"id": 1}]},
        {"fate": {"at": 1, "of": -1}}, {"fate": {"at": 1, "of": 1, "read": {"a": "b"}}}, {"json": "yes"},
    ],
)  # fmt: skip
def test_wrong_members_cost_their_line(members: dict[str, object]) -> None:
    reader = LineReader()
    opened = read(reader, changed(3, **members))
    assert len(opened) == len(everything()) - 1
    assert reader.damage.startswith("Line 4 ")


def test_members_that_are_not_known_are_nobodys_business() -> None:
    reader = LineReader()
    assert read(reader, changed(3, colour="red")).rows == everything().rows
    assert reader.damage == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "empty"), (b" \n \n", "empty"), (b"\xff\xfe{\0", "no capture"), (b"PK\x03\x04", "no capture"),
        (b'{"a": 1}\n', "no capture"), (b'{"format": "heliograph-capture", "version": 3}\n', "newer Heliograph"),
        (b'{"format": "heliograph-capture", "version": 0}\n', "version 0"), (b'{"format": "x", "version": 1}\n', "another format"),
        (b'{"format": "heliograph-capture", "version": 1, "first": 0}\n', "header"),
        (b'{"format": "heliograph-capture", "version": "one"}\n', "header"), (b"number,time,kind,direction\r\n", "CSV"),
        (b"[" * 100_000, "no capture"), (b'{"a":' * 100_000, "no capture"), (b"{" * (MAX_PIECE_BYTES + 70_000), "no end"),
    ],
)  # fmt: skip
def test_what_is_no_capture_is_said(text: bytes, words: str) -> None:
    with pytest.raises(NoCapture, match=words):
        read(reader_for(text[:4_096]), text)


def test_a_line_without_end_is_let_go() -> None:
    head, *rows = written(everything()).splitlines(keepends=True)
    text = (
        head + rows[0] + b'{"at": 1, "note": "' + b"x" * (2 * MAX_PIECE_BYTES) + b'"}\n' + b"".join(rows[1:])
    )
    reader = LineReader()
    opened = read(reader, text)
    assert opened.rows == everything().rows
    assert reader.damage.startswith("Line 3 ")
    assert "longer than 8 MiB" in reader.damage


def test_a_file_full_of_damage_is_given_up() -> None:
    reader = LineReader()
    read(reader, written(everything()) + b"nonsense\n" * (2 * MOST_DAMAGED))
    assert reader.is_over
    assert reader.damage.endswith("The rest of the file was not read.")


# ---- memory


def test_rows_are_bounded_as_in_a_session() -> None:
    capture = Capture()
    for seq in range(2, 2_000):
        say(capture, seq, "ana", "chat", str(seq))
    reader = LineReader()
    reader.capture = OpenedCapture(max_rows=100)
    opened = read(reader, written(capture))
    assert len(opened) <= 100
    assert opened[-1].data == "1999"
    assert opened[0].kind is Kind.GAP


def test_receipts_and_notes_are_bounded() -> None:
    reader = LineReader()
    reader.capture = OpenedCapture(max_bytes=100_000)
    line = b'{"at": 1, "kind": "status", "note": "' + b"x" * 4_000 + b'"}\n'
    read(reader, line * 100, 4_100)
    assert reader.is_over
    assert len(reader.capture) < 50
    assert "fit into memory" in reader.damage


def test_what_rows_share_is_one_object() -> None:
    capture = Capture()
    for seq in range(2, 5):
        say(capture, seq, "some-connection", "some.type", "x" * 300)
    opened = read(LineReader(), written(capture))
    first, *others = opened
    for row in others:
        assert row.sender is first.sender
        assert row.type is first.type
        assert row.ahead is first.ahead
        assert row.size is first.size


# ---- frames of OpenTok's wire


def test_frames_come_back_byte_by_byte_and_the_header_says_that_they_are_there() -> None:
    capture = with_frames()
    text = written(capture)
    assert json.loads(text.splitlines()[0])["version"] == 2
    opened = read(LineReader(), text)
    assert opened.rows == capture.rows
    frames = [row for row in opened if isinstance(row, FrameRow)]
    assert [row.frame for row in frames] == [row.frame for row in capture if isinstance(row, FrameRow)]
    assert len(frames) == 5
    assert opened.size == capture.size
    assert written(opened) == text


def test_a_capture_without_frames_is_written_as_it_always_was() -> None:
    header, *lines = map(json.loads, written(everything()).splitlines())
    assert header["version"] == 1
    assert not any("head" in line for line in lines)


def test_a_head_that_is_none_leaves_its_row_out() -> None:
    text = written(with_frames()).replace(b'"head":"', b'"head":"?', 1)
    reader = LineReader()
    assert len(read(reader, text)) == len(with_frames()) - 1
    assert "cannot be read" in reader.damage
