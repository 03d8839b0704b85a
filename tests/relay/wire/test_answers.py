"""docs/PROTOCOL.md, Rules, "Answers": `rejected` where n can be read, `error` where it cannot."""

import json

import pytest

from .harness import ABSENT, settle
from .room import Room

UNREADABLE = ['"1"', "true", "false", "null", "1.5", "-0.5", "[]", "[1]", "{}", '""', '"one"']


@pytest.mark.parametrize("n", UNREADABLE)
@pytest.mark.parametrize("rest", [{}, {"data": 5}, {"type": "not allowed"}, {"to": "nobody"}], ids=json.dumps)
async def test_an_n_that_is_no_integer_is_an_error(room: Room, n: str, rest: dict[str, object]) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    await ben.write(json.dumps({"op": "signal", "n": 0, **rest}).replace('"n": 0', f'"n": {n}'))
    await ben.expect("error", code=400, n=ABSENT)
    await settle(ana, ben)
    assert (await ben.say())["n"] == 1


async def test_no_n_is_an_error(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    for members in ({}, {"type": "chat", "data": "x"}, {"to": ana.id}, {"to": "nobody"}, {"N": 1}):
        await ben.send("signal", **members)
        await ben.expect("error", code=400)
    await settle(ana, ben)


@pytest.mark.parametrize("n", [0, -1, -(2**31), -(2**53)])
async def test_an_integer_below_1_is_rejected(room: Room, n: int) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    await ben.send("signal", n=n, data="x")
    await ben.expect("rejected", n=n, code=400)
    await settle(ana, ben)
    assert (await ben.say())["n"] == 1


@pytest.mark.parametrize("n", [2**31, 2**32 + 1, 2**53 - 1])
async def test_a_high_n_is_an_n(room: Room, n: int) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    await ben.signal(n=n, data="far")
    await ben.expect("signal", n=n)
    await ana.expect("signal", n=n, data="far")


@pytest.mark.parametrize(
    "n", ["9223372036854775808", "18446744073709551616", "1" + "0" * 400, "-1" + "0" * 400, "1e999"]
)
async def test_a_huge_n_harms_nobody(room: Room, n: str) -> None:
    """The page names no bound; whatever the answer, the connection stays and others are not bothered."""
    ana, ben = await room.crowd("Ana", "Ben")
    await ben.write(f'{{"op": "signal", "n": {n}, "data": 5}}')
    assert (await ben.recv())["op"] in ("rejected", "error")
    assert (await ben.say())["n"] == 1
    await ana.expect("signal", n=1)


WRONG: list[tuple[int, dict[str, object]]] = [
    (400, {"type": None}),
    (400, {"data": None}),
    (400, {"to": None}),
    (400, {"type": None, "data": None, "to": None}),
    (400, {"type": 5}),
    (400, {"type": ["chat"]}),
    (400, {"type": True}),
    (400, {"data": 5}),
    (400, {"data": 0}),
    (400, {"data": False}),
    (400, {"data": {"text": "x"}}),
    (400, {"data": ["x"]}),
    (400, {"to": 5}),
    (400, {"to": ["x"]}),
    (400, {"to": {"id": "x"}}),
    (400, {"to": True}),
    (400, {"data": "\ud800"}),
    (400, {"data": "a\udfff"}),
    (400, {"data": "\udfa0\ud83c"}),
    (400, {"data": "\ud83c\ud83c\udf9b"}),
    (400, {"type": "\ud800"}),
    (400, {"type": "chat\udc00"}),
    (400, {"to": "\ud800"}),
    (404, {"to": "nobody"}),
    (404, {"to": "00000000-0000-4000-8000-000000000000", "type": "chat", "data": "x"}),
]


@pytest.mark.parametrize(("code", "members"), WRONG, ids=lambda value: json.dumps(value)[:60])
async def test_a_wrong_signal_is_rejected_and_nothing_else_changes(
    room: Room, code: int, members: dict[str, object]
) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    await ben.refused(code, **members)
    assert (await ben.say(n=1))["seq"] == ben.joined["seq"] + 1  # neither n nor seq was used up
    await ana.expect("signal", n=1)


@pytest.mark.parametrize(
    "text",
    [
        '{"op": "signal", "n": 1, "data": "\\ud800"}',
        '{"op": "signal", "data": "\\udc00\\ud800", "n": 1}',
        '{"data": "x\\uD83C", "type": "chat", "n": 1, "op": "signal"}',
        '{"op": "signal", "n": 1, "to": "\\udfff"}',
    ],
)
async def test_a_lone_surrogate_is_rejected_wherever_n_stands(room: Room, text: str) -> None:
    ben = await room.join("Ben")
    await ben.write(text)
    await ben.expect("rejected", n=1, code=400)
    assert (await ben.say())["n"] == 1


async def test_a_lone_surrogate_in_an_unknown_member_harms_nobody(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    await ben.write('{"op": "signal", "n": 1, "x": "\\ud800", "\\udc00": 1, "data": "fine"}')
    answer = await ben.recv()
    assert answer["op"] in ("signal", "rejected")
    if answer["op"] == "signal":
        await ana.expect("signal", data="fine")
    ben.n = 1
    await settle(ben, ana)


async def test_several_faults_are_one_answer(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    await ben.signal(type="not allowed", data="x" * 9000, to="nobody")
    assert (await ben.expect("rejected", n=1))["code"] in (400, 404, 413)
    await ben.signal(type=None, data=None, to=5)
    await ben.expect("rejected", n=2, code=400)
    await settle(ana, ben)


async def test_a_wrong_signal_among_good_ones_stops_nothing(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    for n in range(1, 10):
        await ben.signal(n=n, **({"data": None} if n % 3 == 0 else {"data": str(n)}))
    for n in range(1, 10):
        if n % 3 == 0:
            await ben.expect("rejected", n=n, code=400)
        else:
            await ben.expect("signal", n=n, data=str(n))
            await ana.expect("signal", n=n, data=str(n))
    await settle(ana, ben)


async def test_an_empty_to_is_refused(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    await ben.signal(to="")
    assert (await ben.expect("rejected", n=1))["code"] in (400, 404)
    await settle(ana, ben)


async def test_other_faults_are_an_error_and_not_rejected(room: Room) -> None:
    ana = await room.join("Ana")
    for op, members in (("disconnect", {"connection": 5}), ("inspect", {"on": "yes"})):
        await ana.send(op, n=1, **members)
        frame = await ana.expect("error", n=ABSENT)
        assert frame["code"] in (400, 403)
