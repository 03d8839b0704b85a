"""docs/PROTOCOL.md, "Connect": sizes of frames, and WebSocket itself (RFC 6455) where clients differ."""

import json

import pytest

from .harness import settle
from .raw import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, RawPeer, encode
from .room import Room

BOUND = 64 * 1024


def padded(size: int, n: int) -> str:
    """A signal frame of exactly `size` bytes; an unknown member fills it."""
    bare = json.dumps({"op": "signal", "n": n, "data": "x", "pad": ""})
    frame = bare.replace('"pad": ""', f'"pad": "{"p" * (size - len(bare))}"')
    assert len(frame) == size
    return frame


async def expect_close_frame(peer: RawPeer, *codes: int) -> None:
    """Whatever the relay says before, its close frame has one of these codes."""
    while await peer.read() is not None:
        pass
    assert peer.closed in codes


@pytest.mark.parametrize("size", [125, 126, 127, 128, 65535, BOUND])
async def test_frames_up_to_64_kib_are_read(room: Room, size: int) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    await ben.write(padded(size, 1))
    await ben.expect("signal", n=1, data="x")
    await ana.expect("signal", n=1, data="x")


async def test_8192_escaped_nuls_are_read(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    frame = json.dumps({"op": "signal", "n": 1, "type": "chat", "data": "\x00" * 8192})
    assert len(frame) > 49_000
    await ben.write(frame)
    await ben.expect("signal", n=1, data="\x00" * 8192)
    await ana.expect("signal", n=1, data="\x00" * 8192)


async def test_a_frame_of_64_kib_in_many_fragments_is_read(room: Room) -> None:
    peer = await room.raw_member()
    whole = padded(BOUND, 1).encode()
    parts = [whole[at : at + 1024] for at in range(0, len(whole), 1024)]
    await peer.put(encode(TEXT, parts[0], fin=False))
    for part in parts[1:-1]:
        await peer.put(encode(CONTINUATION, part, fin=False))
    await peer.put(encode(CONTINUATION, parts[-1]))
    await peer.expect("signal", n=1, data="x")


async def test_a_frame_beyond_the_bound_is_1009_before_it_has_come(room: Room) -> None:
    ana = await room.join("Ana")
    peer = await room.raw_member()
    await peer.put(bytes([0x80 | TEXT, 0x80 | 127]) + (1 << 30).to_bytes(8, "big") + b"mask")
    await expect_close_frame(peer, 1009)
    await ana.expect("away", connection=peer.id)
    await settle(ana)


async def test_fragments_beyond_the_bound_are_1009(room: Room) -> None:
    peer = await room.raw_member()
    await peer.put(encode(TEXT, b'{"op": "', fin=False))
    try:
        for _ in range(512):
            await peer.put(encode(CONTINUATION, b"x" * 16_384, fin=False))
    except ConnectionError:
        pass  # the relay has hung up while we were writing
    else:
        await expect_close_frame(peer, 1009)


async def test_beyond_the_bound_is_1009_before_join_too(room: Room) -> None:
    peer = await room.raw()
    await peer.put(bytes([0x80 | TEXT, 0x80 | 127]) + (1 << 62).to_bytes(8, "big") + b"mask")
    await expect_close_frame(peer, 1009)


async def test_a_fragmented_signal_with_a_ping_between(room: Room) -> None:
    ana = await room.join("Ana")
    peer = await room.raw_member()
    text = '{"op": "signal", "n": 1, "data": "zusammengefügt"}'.encode()
    split = text.index("ü".encode()) + 1  # inside a character
    await peer.put(encode(TEXT, text[:5], fin=False))
    await peer.put(encode(CONTINUATION, b"", fin=False))
    await peer.put(encode(PING, b"are you there"))
    assert await peer.frame() == (PONG, b"are you there")
    await peer.put(encode(CONTINUATION, text[5:split], fin=False) + encode(CONTINUATION, text[split:]))
    await peer.expect("signal", n=1, data="zusammengefügt")
    await ana.expect("signal", n=1, data="zusammengefügt")


async def test_a_fragmented_binary_frame_is_a_bad_frame(room: Room) -> None:
    peer = await room.raw_member()
    await peer.put(encode(BINARY, b'{"op": "signal"', fin=False) + encode(CONTINUATION, b', "n": 1}'))
    await peer.expect("error", code=400)
    await settle(peer)


async def test_bytes_that_come_one_by_one(room: Room) -> None:
    peer = await room.raw_member()
    for byte in encode(TEXT, b'{"op": "signal", "n": 1, "data": "slow"}'):
        await peer.put(bytes([byte]))
    await peer.expect("signal", n=1, data="slow")


async def test_a_frame_cut_across_writes_beside_whole_ones(room: Room) -> None:
    peer = await room.raw_member()
    stream = b"".join(encode(TEXT, json.dumps({"op": "signal", "n": n}).encode()) for n in range(1, 31))
    for at in range(0, len(stream), 37):
        await peer.put(stream[at : at + 37])
    for n in range(1, 31):
        await peer.expect("signal", n=n)


async def test_an_unmasked_frame_is_a_protocol_error_without_effect(room: Room) -> None:
    ana = await room.join("Ana")
    peer = await room.raw_member()
    await peer.put(encode(TEXT, b'{"op": "signal", "n": 1}', masked=False))
    await expect_close_frame(peer, 1002)
    await ana.expect("away", connection=peer.id)
    await settle(ana)


BROKEN = {
    "reserved-bit": (encode(TEXT, b"{}", reserved=4), 1002),
    "unknown-opcode": (encode(0x3, b"{}"), 1002),
    "unknown-control-opcode": (encode(0xB, b""), 1002),
    "fragmented-ping": (encode(PING, b"", fin=False), 1002),
    "long-ping": (encode(PING, b"p" * 126), 1002),
    "continuation-of-nothing": (encode(CONTINUATION, b"{}"), 1002),
    "text-inside-fragments": (encode(TEXT, b"{", fin=False) + encode(TEXT, b"}"), 1002),
    "not-utf-8": (encode(TEXT, b'{"op": "signal", "n": 1, "data": "\xff"}'), 1007),
    "surrogate-in-utf-8": (encode(TEXT, b'{"op": "signal", "n": 1, "data": "\xed\xa0\x80"}'), 1007),
    "overlong-utf-8": (encode(TEXT, b'{"op": "signal", "n": 1, "x": "\xc0\xaf"}'), 1007),
    "cut-utf-8": (encode(TEXT, b'{"op": "signal", "n": 1, "x": "\xe2\x82"}'), 1007),
}


@pytest.mark.parametrize(("data", "code"), BROKEN.values(), ids=BROKEN.keys())
async def test_broken_websocket_frames_close_and_nothing_is_passed_on(
    room: Room, data: bytes, code: int
) -> None:
    ana = await room.join("Ana")
    peer = await room.raw_member()
    await peer.put(data)
    await expect_close_frame(peer, code)
    await ana.expect("away", connection=peer.id)
    await settle(ana)


async def test_pings_are_answered_and_pongs_are_not(room: Room) -> None:
    peer = await room.raw_member()
    await peer.put(encode(PONG, b"nobody asked") + encode(PING) + encode(PING, b"\x00" * 125))
    assert await peer.frame() == (PONG, b"")
    assert await peer.frame() == (PONG, b"\x00" * 125)
    await settle(peer)


async def test_nothing_after_a_close_frame_counts(room: Room) -> None:
    ana = await room.join("Ana")
    peer = await room.raw_member()
    before = encode(TEXT, b'{"op": "signal", "n": 1, "data": "before"}')
    after = encode(TEXT, b'{"op": "signal", "n": 2, "data": "after"}')
    await peer.put(before + encode(CLOSE, (1000).to_bytes(2, "big")) + after)
    await ana.expect("signal", n=1, data="before")
    await ana.expect("away", connection=peer.id)
    await settle(ana)
    await expect_close_frame(peer, 1000)


async def test_a_close_frame_is_answered_with_its_code(room: Room) -> None:
    peer = await room.raw_member()
    await peer.put(encode(CLOSE, (1001).to_bytes(2, "big") + b"going"))
    await expect_close_frame(peer, 1001)
