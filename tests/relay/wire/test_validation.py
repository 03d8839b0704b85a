"""docs/PROTOCOL.md, Rules, "Validation": what a signal may carry, and that it arrives unchanged."""

import json
import string

import pytest

from .harness import ABSENT, settle
from .room import Room

FLAGS = ("--rate", "0")
ALLOWED = string.ascii_letters + string.digits + "-._~"
ASTRAL = "\U0001f39b"


@pytest.mark.parametrize(
    "name", [ALLOWED, "a", ".", "~", "-", "_", "0", "T" * 128, "a.b-c_d~e", "signal", "null"]
)
async def test_a_type_of_the_allowed_characters_passes(room: Room, name: str) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    await ben.say(type=name)
    await ana.expect("signal", from_=ben.id, type=name, data=ABSENT)


async def test_every_allowed_character_passes_alone_and_every_other_of_ascii_is_400(room: Room) -> None:
    ben = await room.join("Ben")
    for number in range(128):
        if chr(number) in ALLOWED:
            assert (await ben.say(type=chr(number)))["type"] == chr(number)
        else:
            await ben.refused(400, type=chr(number))
            await ben.refused(400, type=f"a{chr(number)}b")


@pytest.mark.parametrize(
    "name",
    [
        "",
        "\xe9",
        "\uff11",
        "\uff21",
        "\xdf",
        "\u017f",
        "\u212a",
        "\u0663",
        "a\u0301",
        "chat\n",
        " chat",
        "\ufeffchat",
        ASTRAL,
    ],
    ids=ascii,
)
async def test_a_type_of_other_characters_is_400(room: Room, name: str) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    await ben.refused(400, type=name, data="x")
    await settle(ana, ben)


@pytest.mark.parametrize("size", [129, 130, 1000, 20_000])
async def test_a_type_over_128_bytes_is_413_and_the_message_says_so(room: Room, size: int) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    message = (await ben.refused(413, type="t" * size))["message"].replace(",", "")
    assert "128" in message
    assert str(size) in message
    await settle(ana, ben)


FULL = {
    "ascii": "d" * 8192,
    "two-bytes": "é" * 4096,
    "three-bytes": "漢" * 2730 + "ab",
    "four-bytes": ASTRAL * 2048,
    "quotes": '"' * 8192,
    "backslashes": "\\" * 8192,
    "control": "\x01" * 8192,
}


@pytest.mark.parametrize("escaped", [True, False])
@pytest.mark.parametrize("data", FULL.values(), ids=FULL.keys())
async def test_data_of_8192_bytes_of_utf8_passes(room: Room, data: str, escaped: bool) -> None:
    assert len(data.encode()) == 8192
    ana, ben = await room.crowd("Ana", "Ben")
    await ben.write(json.dumps({"op": "signal", "n": 1, "data": data}, ensure_ascii=escaped))
    await ben.expect("signal", n=1, data=data)
    await ana.expect("signal", n=1, data=data)


OVER = {
    "ascii": "d" * 8193,
    "two-bytes": "é" * 4096 + "d",
    "three-bytes": "漢" * 2731,
    "four-bytes": "d" + ASTRAL * 2048,
    "quotes": '"' * 8193,
    "far": "d" * 40_000,
}


@pytest.mark.parametrize("escaped", [True, False])
@pytest.mark.parametrize("data", OVER.values(), ids=OVER.keys())
async def test_data_over_8192_bytes_is_413_and_the_message_says_so(
    room: Room, data: str, escaped: bool
) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    await ben.write(json.dumps({"op": "signal", "n": 1, "data": data}, ensure_ascii=escaped))
    message = (await ben.expect("rejected", n=1, code=413))["message"].replace(",", "")
    assert "8192" in message
    assert str(len(data.encode())) in message
    await settle(ana, ben)


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"type": "chat"},
        {"data": "x"},
        {"data": ""},
        {"type": "chat", "data": ""},
        {"type": "chat", "data": "x"},
    ],
    ids=json.dumps,
)
async def test_what_is_left_out_is_left_out_and_what_is_empty_is_there(
    room: Room, members: dict[str, str]
) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    await ben.signal(**members)
    for peer in (ana, ben):
        seen = await peer.expect("signal", from_=ben.id, n=1, to=ABSENT)
        assert {k: v for k, v in seen.items() if k in ("type", "data")} == members


TEXTS = {
    "nul": "\x00",
    "controls": "".join(map(chr, range(32))) + "\x7f",
    "quotes": "\"'\\/`\\u0041 \\n \\",
    "html": "<script>alert('&amp;')</script>",
    "line-ends": "a\rb\r\nc\u2028d\u2029e\u0085f",
    "composed": "é",
    "decomposed": "e\u0301",
    "bom": "\ufeffx\ufeff",
    "replacement": "\ufffd",
    "last-of-bmp": "\uffff\ufffe",
    "last-of-all": "\U0010ffff",
    "astral": ASTRAL * 3 + "👩\u200d🚀",
    "bidi": "\u202eabc\u202c",
    "space": "  \t x \t  ",
    "json": '{"op": "signal", "n": [1, 2.50, 1e400]}',
    "percent": "%s %(x)s {0} {name} $HOME",
    "number": "007.0",
}


@pytest.mark.parametrize("escaped", [True, False])
@pytest.mark.parametrize("data", TEXTS.values(), ids=TEXTS.keys())
async def test_whatever_is_accepted_arrives_unchanged(room: Room, data: str, escaped: bool) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    await ben.write(json.dumps({"op": "signal", "n": 1, "type": "chat", "data": data}, ensure_ascii=escaped))
    assert (await ben.expect("signal", n=1))["data"] == data
    assert (await ana.expect("signal", n=1))["data"] == data


async def test_the_bytes_are_the_same_for_every_recipient(room: Room) -> None:
    ana, ben, cat = await room.crowd("Ana", "Ben", "Cat")
    for data in TEXTS.values():
        await ben.say(type="chat", data=data)
        await ana.expect("signal")
        await cat.expect("signal")
        assert ana.raw == ben.raw == cat.raw
