"""docs/PROTOCOL.md, Rules, "Attempts": ten misses of one address within a minute."""

from . import tokens
from .harness import fresh_address, settle
from .room import Room

FLAGS = (*tokens.FLAGS, "--pin", "161803")


async def attempt(room: Room, source: str, **credential: str) -> int:
    """Join from an address: 0 if it succeeds, else the code of `bye`."""
    peer = await room.connect(source=source)
    await peer.send("join", **credential)
    frame = await peer.recv()
    if frame["op"] == "joined":
        await peer.send("leave")
        assert await peer.close_code() == 1000
        return 0
    assert frame["op"] == "bye"
    await peer.expect_close(frame["code"])
    return int(frame["code"])


async def test_after_ten_misses_even_the_right_secret_is_4429(room: Room) -> None:
    source = fresh_address()
    for _ in range(10):
        assert await attempt(room, source, secret="wrong") == 4401
    assert await attempt(room, source, secret="wrong") == 4429
    assert await attempt(room, source, secret=room.relay.secret) == 4429
    assert await attempt(room, source, secret=room.relay.host_secret) == 4429
    assert await attempt(room, source, pin="161803") == 4429
    assert await attempt(room, source, token=tokens.jwt()) == 4429


async def test_ten_wrong_pins(room: Room) -> None:
    source = fresh_address()
    for number in range(10):
        assert await attempt(room, source, pin=f"{number:06}") == 4401
    assert await attempt(room, source, pin="161803") == 4429


async def test_misses_of_all_kinds_count_together(room: Room) -> None:
    source = fresh_address()
    for _ in range(3):
        assert await attempt(room, source, secret="wrong") == 4401
        assert await attempt(room, source, pin="000000") == 4401
        assert await attempt(room, source, token=tokens.t1(secret="f" * 40)) == 4401
    assert await attempt(room, source, token="nonsense") == 4401
    assert await attempt(room, source, secret=room.relay.secret) == 4429


async def test_nine_misses_are_forgiven(room: Room) -> None:
    source = fresh_address()
    for _ in range(9):
        assert await attempt(room, source, secret="wrong") == 4401
    assert await attempt(room, source, secret=room.relay.secret) == 0


async def test_other_addresses_are_not_concerned(room: Room) -> None:
    source, other = fresh_address(), fresh_address()
    for _ in range(10):
        assert await attempt(room, source, secret="wrong") == 4401
    assert await attempt(room, source, secret=room.relay.secret) == 4429
    assert await attempt(room, other, secret=room.relay.secret) == 0
    assert await attempt(room, other, secret="wrong") == 4401


async def test_successes_are_no_misses(room: Room) -> None:
    source = fresh_address()
    for _ in range(15):
        assert await attempt(room, source, secret=room.relay.secret) == 0


async def test_errors_that_are_no_credential_are_no_misses(room: Room) -> None:
    source = fresh_address()
    for _ in range(12):
        peer = await room.connect(source=source)
        await peer.send("join", secret=room.relay.secret, name="n" * 65)
        await peer.expect("error", code=400)
        peer.cut()
    assert await attempt(room, source, secret=room.relay.secret) == 0


async def test_who_is_in_already_stays(room: Room) -> None:
    source = fresh_address()
    ana = await room.join("Ana", source=source)
    for _ in range(11):
        await attempt(room, source, secret="wrong")
    await settle(ana)


async def test_misses_at_the_same_time_count_too(room: Room) -> None:
    source = fresh_address()
    peers = [await room.connect(source=source) for _ in range(14)]
    for peer in peers:
        await peer.send("join", secret="wrong")
    codes = sorted([(await peer.expect("bye"))["code"] for peer in peers])
    assert codes == [4401] * 10 + [4429] * 4
