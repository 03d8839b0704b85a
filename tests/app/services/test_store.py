"""The store: what is awaited is on disk, also after `kill -9`; what is damaged is set aside, never deleted."""

# ruff: noqa: ASYNC220, ASYNC240 (nothing else runs in the loops of these tests)

import asyncio
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from heliograph.model.conversation import EVERYONE, Message, State
from heliograph.model.dialects import CHAT, Dialect
from heliograph.model.settings import Recent
from heliograph.services import schema
from heliograph.services.store import Store

SESSION = "s1"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "profile" / "history.sqlite3"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(path)
    yield opened
    await opened.close()


def message(ref: str, place: int, conversation: str = EVERYONE, **members: Any) -> Message:
    return Message(
        ref=ref, conversation=conversation, text=f"text of {ref}", at=1000 + place, place=place, **members
    )


def mine(ref: str, place: int, **members: Any) -> Message:
    return message(ref, place, **{"mine": True, "state": State.WAITING, **members})


async def reopened(store: Store, path: Path) -> Store:
    await store.close()
    return await Store.open(path)


def fields(message: Message) -> dict[str, Any]:
    return {name: getattr(message, name) for name in Message.__slots__}


# ---- messages


async def test_a_message_comes_back_as_it_was(store: Store) -> None:
    kept = message(
        "m", 3, sender="ana", sender_name="Ana", mine=True, state=State.ON_RELAY, seq=9, epoch="e",
        recipients=("ana", "bo", "cy"), delivered={"ana": 5, "bo": 6}, read={"bo": 7}, handed=True, problem="p",
        read_by_me=True, receipt_sent=True, sender_client="opentok", dialect=Dialect.MSG, silent=("dee",),
    )  # fmt: skip
    await store.save(SESSION, [kept])
    [page] = (await store.load(SESSION)).pages
    [loaded] = page.messages
    assert fields(loaded) == fields(kept)
    assert not page.has_older


@pytest.mark.parametrize(
    "text", ["", "a\x00b", "💬\u202e", "'; DROP TABLE messages; --", "x" * 8_192, "שלום\n"]
)
async def test_any_text_comes_back(store: Store, text: str) -> None:
    kept = message("m", 1)
    kept.text = text
    await store.save(SESSION, [kept])
    assert (await store.load(SESSION)).pages[0].messages[0].text == text


async def test_saving_again_changes_what_is_kept(store: Store) -> None:
    kept = mine("m", 1)
    await store.save(SESSION, [kept])
    kept.state, kept.place, kept.seq = State.ON_RELAY, 7, 12
    await store.save(SESSION, [kept])
    history = await store.load(SESSION)
    [loaded] = history.pages[0].messages
    assert (loaded.state, loaded.place, loaded.seq) == (State.ON_RELAY, 7, 12)
    assert history.waiting == []


async def test_what_is_saved_is_what_it_was_at_that_moment(store: Store) -> None:
    kept = mine("m", 1)
    saving = store.save(SESSION, [kept])
    kept.state = State.FAILED
    await saving
    assert [m.ref for m in (await store.load(SESSION)).waiting] == ["m"]


async def test_what_waits_comes_apart_in_the_order_of_typing(store: Store) -> None:
    await store.save(SESSION, [mine("second", 5, conversation="ana"), mine("first", 2), message("old", 1)])
    history = await store.load(SESSION)
    assert [m.ref for m in history.waiting] == ["first", "second"]
    assert {p.conversation: [m.ref for m in p.messages] for p in history.pages} == {"": ["old"], "ana": []}


async def test_sessions_are_apart(store: Store) -> None:
    await store.save("a", [message("m", 1)])
    await store.save("b", [message("m", 1)])
    await store.discard("a", "m")
    assert (await store.load("a")).pages == []
    assert len((await store.load("b")).pages[0].messages) == 1


async def test_pages_go_back_to_the_first_message_without_gap_or_repeat(store: Store) -> None:
    await store.save(SESSION, [message(str(i), i, read_by_me=True) for i in range(1, 26)])
    await store.save(SESSION, [message("other", 13, conversation="ana", read_by_me=True)])
    [page] = [p for p in (await store.load(SESSION, page=10)).pages if p.conversation == EVERYONE]
    refs = [m.ref for m in page.messages]
    while page.has_older:
        page = await store.older(SESSION, EVERYONE, page.messages[0].place, page=10)
        refs = [m.ref for m in page.messages] + refs
    assert refs == [str(i) for i in range(1, 26)]


async def test_the_first_page_reaches_the_oldest_unread_one(store: Store) -> None:
    await store.save(SESSION, [message(str(i), i, read_by_me=i != 5) for i in range(1, 31)])
    [page] = (await store.load(SESSION, page=10)).pages
    assert page.messages[0].ref == "4"
    assert page.has_older


async def test_paging_reads_an_index_and_skips_nothing(store: Store, path: Path) -> None:
    """The cost of a page must not grow with the history: no scan, no sort."""
    await store.save(SESSION, [message("m", 1)])
    with sqlite3.connect(path) as db:
        plan = db.execute(
            "EXPLAIN QUERY PLAN SELECT ref FROM messages WHERE session = 's' AND conversation = '' AND place < 9"
            " AND state != 'waiting' ORDER BY place DESC LIMIT 5"
        ).fetchall()
    db.close()
    assert [row[3] for row in plan] == [
        "SEARCH messages USING INDEX messages_in_order (session=? AND conversation=? AND place<?)"
    ]


# ---- drafts, names, recent sessions


async def test_drafts_and_names_come_back(store: Store) -> None:
    await store.save_draft(SESSION, "", "half a sen")
    await store.save_draft(SESSION, "ana", "x")
    await store.save_draft(SESSION, "ana", "")
    await store.save_people(SESSION, {"ana": "Ana", "bo": "Bo"})
    await store.save_people(SESSION, {"bo": "Bo B."})
    history = await store.load(SESSION)
    assert history.drafts == {"": "half a sen"}
    assert history.people == {"ana": "Ana", "bo": "Bo B."}


async def test_recent_sessions_come_latest_first_and_once(store: Store) -> None:
    for session, last in (("a", 1), ("b", 2), ("a", 3)):
        await store.joined(
            Recent(
                session=session, name=session.upper(), invite="i", last=last, hosted=last == 3, pin=str(last)
            )
        )
    assert await store.recent() == [
        Recent(session="a", name="A", invite="i", last=3, hosted=True, pin="3"),
        Recent(session="b", name="B", invite="i", last=2, pin="2"),
    ]


async def test_a_forgotten_session_loses_its_secret_and_keeps_its_messages(store: Store, path: Path) -> None:
    await store.save("a", [message("m", 1)])
    await store.joined(Recent(session="a", name="A", invite="heliograph://secret", last=1, pin="4711"))
    await store.forget("a")
    assert await store.recent() == []
    assert len((await store.load("a")).pages) == 1
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT invite, pin FROM sessions").fetchall() == [("", "")]
    db.close()


# ---- the file


async def test_the_file_is_for_the_person_only(store: Store, path: Path) -> None:
    await store.save(SESSION, [message("m", 1)])
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    for file in path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


async def test_everything_outlives_a_close(store: Store, path: Path) -> None:
    await store.save(SESSION, [message("m", 1)])
    again = await reopened(store, path)
    assert again.warning == ""
    assert len((await again.load(SESSION)).pages) == 1
    await again.close()


async def test_what_was_asked_before_the_close_is_done(store: Store, path: Path) -> None:
    saving = [store.save(SESSION, [message(str(i), i)]) for i in range(300)]
    again = await reopened(store, path)
    await asyncio.gather(*saving)
    assert len((await again.load(SESSION, page=1000)).pages[0].messages) == 300
    await again.close()


async def test_a_closed_store_says_so(store: Store) -> None:
    await store.close()
    await store.close()
    with pytest.raises(RuntimeError, match="closed"):
        await store.save(SESSION, [message("m", 1)])


async def test_a_piece_of_work_that_fails_undoes_only_itself(store: Store) -> None:
    good, bad, later = message("good", 1), message("bad", 2), message("later", 3)
    bad.text = None  # type: ignore[assignment]
    done = await asyncio.gather(
        *(store.save(SESSION, [m]) for m in (good, bad, later)), return_exceptions=True
    )
    assert [type(result) for result in done] == [type(None), sqlite3.IntegrityError, type(None)]
    assert [m.ref for m in (await store.load(SESSION)).pages[0].messages] == ["good", "later"]


@pytest.mark.parametrize("content", [b"this is no database" * 100, b"SQLite format 3\x00" + b"\xff" * 4096])
async def test_a_damaged_file_is_set_aside(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    store = await Store.open(path)
    assert "damaged" in store.warning
    [aside] = path.parent.glob("history.sqlite3.damaged-*")
    assert aside.read_bytes() == content
    assert aside.name in store.warning
    await store.save(SESSION, [message("m", 1)])
    await store.close()


async def test_damage_inside_is_found(store: Store, path: Path) -> None:
    await store.save(SESSION, [message(str(i), i) for i in range(500)])
    await store.close()
    content = bytearray(path.read_bytes())
    content[8192:40_960] = b"\x55" * (40_960 - 8192)
    path.write_bytes(content)
    again = await Store.open(path)
    assert "damaged" in again.warning
    assert (await again.load(SESSION)).pages == []
    await again.close()


async def test_a_second_damage_of_the_same_second_replaces_nothing(path: Path) -> None:
    path.parent.mkdir()
    for content in (b"first" * 100, b"second" * 100, b"third" * 100):
        path.write_bytes(content)
        await (await Store.open(path)).close()
    assert len(list(path.parent.glob("history.sqlite3.damaged-*"))) >= 3


async def test_the_file_of_another_program_is_set_aside(path: Path) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA application_id = 77")
        db.execute("CREATE TABLE precious (x)")
    db.close()
    store = await Store.open(path)
    assert "another program" in store.warning
    assert list(path.parent.glob("history.sqlite3.damaged-*"))
    await store.close()


async def test_the_file_of_a_newer_program_is_set_aside(store: Store, path: Path) -> None:
    await store.close()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 999")
    db.close()
    again = await Store.open(path)
    assert "newer Heliograph" in again.warning
    assert list(path.parent.glob("history.sqlite3.newer-*"))
    await again.close()


async def test_an_older_file_is_brought_up(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    older = await Store.open(path)
    await older.save(SESSION, [message("m", 1)])
    await older.close()
    added = "ALTER TABLE messages ADD COLUMN mood TEXT NOT NULL DEFAULT 'fine';"
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, added))
    store = await Store.open(path)
    assert store.warning == ""
    assert len((await store.load(SESSION)).pages[0].messages) == 1
    await store.close()
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT mood FROM messages").fetchall() == [("fine",)]
        assert db.execute("PRAGMA user_version").fetchone() == (len(schema.MIGRATIONS),)
    db.close()


async def test_a_file_that_cannot_be_had_leaves_a_store_in_memory(tmp_path: Path) -> None:
    (tmp_path / "profile").write_text("a file where the directory should be")
    store = await Store.open(tmp_path / "profile" / "history.sqlite3")
    assert "cannot be kept on disk" in store.warning
    await store.save(SESSION, [message("m", 1)])
    assert len((await store.load(SESSION)).pages) == 1
    await store.close()


# ---- kill -9

_WRITER = """
import asyncio, sys
from pathlib import Path
from heliograph.model.conversation import Message, State
from heliograph.services.store import Store

async def main():
    store = await Store.open(Path(sys.argv[1]))
    await store.save_draft("s1", "", "half a sen")
    for i in range(1_000_000):
        await store.save("s1", [Message(ref=str(i), conversation="", text="t", at=i, mine=True,
                                        state=State.WAITING, place=i + 1)])
        print(i, flush=True)

asyncio.run(main())
"""


@pytest.mark.skipif(not hasattr(os, "kill") or sys.platform == "win32", reason="there is no kill -9")
async def test_what_was_awaited_survives_a_kill(path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", _WRITER, str(path)], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        for line in writer.stdout:
            if int(line) >= 25:
                break
        writer.kill()
        told = [25, *(int(line) for line in writer.stdout if line.endswith(b"\n"))]
    store = await Store.open(path)
    assert store.warning == ""
    history = await store.load(SESSION)
    assert [m.ref for m in history.waiting][: told[-1] + 1] == [str(i) for i in range(told[-1] + 1)]
    assert len(history.waiting) <= told[-1] + 2
    assert history.drafts == {"": "half a sen"}
    await store.close()


# ---- dialects


async def test_the_chosen_dialect_is_kept_for_each_session(store: Store, path: Path) -> None:
    await store.save_dialect("a", Dialect.TEXT_CHAT)
    await store.save_dialect("a", Dialect.MSG)
    await store.save_dialect("b", Dialect.CHAT)
    again = await reopened(store, path)
    assert (await again.load("a")).dialect is Dialect.MSG
    assert (await again.load("b")).dialect is CHAT
    assert (await again.load("c")).dialect is None
    await again.save_dialect("a", None)
    assert (await again.load("a")).dialect is None
    await again.close()


async def test_messages_of_the_first_version_are_read_as_plain_chat(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as db:
        db.executescript(schema.MIGRATIONS[0])
        db.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        db.execute("PRAGMA user_version = 1")
        db.execute(
            "INSERT INTO messages VALUES (1, 's1', 'old', '', 1, 'hi', 5, 'ana', 'Ana', 0, 'received', '', 0, 9, 'e',"
            " '', 1, 0)"
        )
        db.commit()
    store = await Store.open(path)
    assert store.warning == ""
    history = await store.load("s1")
    [old] = history.pages[0].messages
    assert (old.text, old.dialect, old.sender_client, old.silent, history.dialect) == (
        "hi",
        CHAT,
        "",
        (),
        None,
    )
    await store.close()
