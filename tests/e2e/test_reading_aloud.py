"""What a screen reader reads of a real window, asked over AT-SPI."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.desk import Desk
from tests.e2e.members import member
from tests.e2e.reader import Reader, listening

pytestmark = pytest.mark.timeout(90)


@pytest.fixture
async def reader(desk: Desk) -> AsyncIterator[Reader]:
    """A screen reader is on before the program is started."""
    async for found in listening(desk.screen):
        yield found


async def test_rows_of_the_inspector_are_read_as_sentences(
    desk: Desk, reader: Reader, tmp_path: Path
) -> None:
    ana = await desk.start(tmp_path / "ana", "--name", "Ana")
    await ana.keys("shift+Tab", "space")
    async with member(await ana.invite(), "Cleo") as cleo:
        await cleo.say_chat("from Cleo")
        await ana.has("from Cleo")
        program = await reader.program("heliograph")
        table = await program.shows("table", "Signals")
        rows = await table.number("Table", "NRows")
        assert rows >= 3
        read = [await (await table.cell(row, 0)).name() for row in range(rows)]
        assert any("chat from Cleo to everyone, type chat, from Cleo, 13 bytes" in words for words in read), (
            read
        )
        assert any(words.endswith("join: Cleo joined.") for words in read)
        # By keys: the cell by which one comes to a row says all of it.
        await ana.keys("ctrl+l")
        await ana.type("kind:join -cleo")
        await ana.press("Up")
        seen = [await (await table.cell(0, column)).name() for column in range(1, 4)]
        assert any(words.endswith("join: You joined.") for words in seen), seen


async def test_why_a_message_was_never_read_is_heard_by_keys(
    desk: Desk, reader: Reader, tmp_path: Path
) -> None:
    """The steps of docs/INSPECTOR.md, "Why was it never read?"."""
    ana = await desk.start(tmp_path / "ana", "--name", "Ana")
    await ana.keys("shift+Tab", "space")
    async with member(await ana.invite(), "Cleo") as cleo:
        await ana.say("Are the slides ready?")
        said = await cleo.sees("Are the slides ready?", from_=cleo.id_of("Ana"))
        await cleo.acknowledge(said, "delivered")
        await ana.line_where("Are the slides ready?", lambda line: bool(line.delivered))
        await ana.keys("ctrl+l")
        await ana.type("is:unread")
        await ana.press("Up")
        program = await reader.program("heliograph")
        receipts = await program.shows("tree", "Receipts of the selected signal")
        heard = [await thing.name() for thing in await receipts.children()]
        assert any(words.startswith("Cleo") for words in heard), heard
        assert any("got it; has never told of anything read" in words for words in heard), heard
