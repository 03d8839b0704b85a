"""What outlives the program: messages, drafts, names, recent sessions. SQLite on a thread of its own.

A message that is awaited here is on disk. The file holds the secrets of invites: it is readable by the
person only.
"""

import asyncio
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from heliograph.model.conversation import Message, State
from heliograph.model.dialects import CHAT, Dialect, dialect_of
from heliograph.model.settings import Recent
from heliograph.services.worker import DatabaseWorker

if TYPE_CHECKING:
    import sqlite3

FILE_NAME = "history.sqlite3"
#: Messages of one conversation that are loaded at once; more where more are unread.
PAGE = 200
#: Most unread messages that are loaded at once.
MOST_UNREAD = 5_000
#: Sessions in the list of recent ones.
MOST_RECENT = 20

_COLUMNS = (
    "ref, conversation, place, text, at, sender, sender_name, mine, state, problem, handed, seq, epoch, receipts,"
    " read_by_me, receipt_sent, sender_client, dialect, silent"
)
_SAVE = (  # no value of anybody in these texts: column names and question marks only
    f"INSERT INTO messages (session, {_COLUMNS}) VALUES ({', '.join('?' * 20)})"  # noqa: S608
    " ON CONFLICT (session, ref) DO UPDATE SET place = excluded.place, at = excluded.at, state = excluded.state,"
    " problem = excluded.problem, handed = excluded.handed, seq = excluded.seq, epoch = excluded.epoch,"
    " receipts = excluded.receipts, read_by_me = excluded.read_by_me, receipt_sent = excluded.receipt_sent,"
    " sender = excluded.sender, sender_name = excluded.sender_name, sender_client = excluded.sender_client,"
    " dialect = excluded.dialect, silent = excluded.silent"
)


class Page(Struct):
    """Messages of one conversation, oldest first, and whether the store holds earlier ones."""

    conversation: str
    messages: list[Message]
    has_older: bool


class History(Struct):
    """What is known of a session: the latest page of every conversation, what waits, drafts, and names by id.

    `dialect` is the one that was chosen for what I say there; None where it is chosen anew each time.
    """

    pages: list[Page]
    waiting: list[Message]
    drafts: dict[str, str]
    people: dict[str, str]
    dialect: Dialect | None = None


class Store:
    """All of it. Awaiting a method means that its effect is durable; its errors are sqlite3.Error."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._worker = DatabaseWorker(self._connect)
        self.warning = ""

    @classmethod
    async def open(cls, path: Path) -> "Store":
        """The store in file `path`, begun if there is none; `warning` says what the person should know."""
        store = cls(path)
        await store._worker.start()
        return store

    async def close(self) -> None:
        """Finish what was asked for, and let go of the file."""
        await self._worker.close()

    # ---- messages

    def save(self, session: str, messages: Iterable[Message]) -> "asyncio.Future[None]":
        """Keep messages as they are now: new ones, and changes of those that are kept already."""
        rows = [(session, *_row(message)) for message in messages]

        def work(db: "sqlite3.Connection") -> None:
            db.executemany(_SAVE, rows)

        return self._worker.do(work)

    def discard(self, session: str, ref: str) -> "asyncio.Future[None]":
        """Forget one message."""

        def work(db: "sqlite3.Connection") -> None:
            db.execute("DELETE FROM messages WHERE session = ? AND ref = ?", (session, ref))

        return self._worker.do(work)

    def load(self, session: str, page: int = PAGE) -> "asyncio.Future[History]":
        """What is known of a session."""

        def work(db: "sqlite3.Connection") -> History:
            keys = db.execute("SELECT DISTINCT conversation FROM messages WHERE session = ?", (session,))
            return History(
                pages=[_latest(db, session, key, page) for (key,) in keys.fetchall()],
                waiting=_select(db, "session = ? AND state = 'waiting' ORDER BY place", session),
                drafts=_pairs(db, "SELECT conversation, text FROM drafts WHERE session = ?", session),
                people=_pairs(db, "SELECT id, name FROM people WHERE session = ?", session),
                dialect=dialect_of(
                    _pairs(db, "SELECT session, dialect FROM formats WHERE session = ?", session).get(session)
                ),
            )

        return self._worker.do(work)

    def older(self, session: str, conversation: str, before: int, page: int = PAGE) -> "asyncio.Future[Page]":
        """The page of messages before place `before`."""

        def work(db: "sqlite3.Connection") -> Page:
            return _page(db, session, conversation, before, page)

        return self._worker.do(work)

    # ---- drafts and names

    def save_draft(self, session: str, conversation: str, text: str) -> "asyncio.Future[None]":
        """Keep what is typed and not sent; "" forgets it."""

        def work(db: "sqlite3.Connection") -> None:
            if text:
                db.execute("INSERT OR REPLACE INTO drafts VALUES (?, ?, ?)", (session, conversation, text))
            else:
                db.execute(
                    "DELETE FROM drafts WHERE session = ? AND conversation = ?", (session, conversation)
                )

        return self._worker.do(work)

    def save_people(self, session: str, names: dict[str, str]) -> "asyncio.Future[None]":
        """Keep names by connection id."""
        rows = [(session, id, name) for id, name in names.items()]

        def work(db: "sqlite3.Connection") -> None:
            db.executemany("INSERT OR REPLACE INTO people VALUES (?, ?, ?)", rows)

        return self._worker.do(work)

    def save_dialect(self, session: str, dialect: Dialect | None) -> "asyncio.Future[None]":
        """Keep which dialect was chosen there; None forgets it."""

        def work(db: "sqlite3.Connection") -> None:
            if dialect is None:
                db.execute("DELETE FROM formats WHERE session = ?", (session,))
            else:
                db.execute("INSERT OR REPLACE INTO formats VALUES (?, ?)", (session, dialect.value))

        return self._worker.do(work)

    # ---- recent sessions

    def joined(self, recent: Recent) -> "asyncio.Future[None]":
        """A session was joined or hosted: it heads the list of recent ones."""
        row = (recent.session, recent.name, recent.invite, recent.last, recent.hosted, recent.pin)

        def work(db: "sqlite3.Connection") -> None:
            db.execute(
                "INSERT OR REPLACE INTO sessions (id, name, invite, last, hosted, pin) VALUES (?, ?, ?, ?, ?, ?)",
                row,
            )

        return self._worker.do(work)

    def recent(self) -> "asyncio.Future[list[Recent]]":
        """Sessions of the past, the latest first."""

        def work(db: "sqlite3.Connection") -> list[Recent]:
            rows = db.execute(
                "SELECT id, name, invite, last, hosted, pin FROM sessions WHERE listed ORDER BY last DESC LIMIT ?",
                (MOST_RECENT,),
            )
            return [
                Recent(session=id, name=name, invite=invite, last=last, hosted=bool(hosted), pin=pin)
                for id, name, invite, last, hosted, pin in rows
            ]

        return self._worker.do(work)

    def forget(self, session: str) -> "asyncio.Future[None]":
        """Take a session off the list, with its secret. Its messages stay, for when it is joined again."""

        def work(db: "sqlite3.Connection") -> None:
            db.execute("UPDATE sessions SET listed = 0, invite = '', pin = '' WHERE id = ?", (session,))

        return self._worker.do(work)

    def _connect(self) -> "sqlite3.Connection":
        from heliograph.services.schema import open_database  # noqa: PLC0415 (loads SQLite, off the first paint)

        connection, self.warning = open_database(self._path)
        return connection


def _latest(db: "sqlite3.Connection", session: str, conversation: str, page: int) -> Page:
    """The newest page, made long enough to reach the oldest unread message."""
    (unread_from,) = db.execute(
        "SELECT min(place) FROM messages WHERE session = ? AND conversation = ? AND mine = 0 AND read_by_me = 0",
        (session, conversation),
    ).fetchone()
    if unread_from is not None:
        (since,) = db.execute(
            "SELECT count(*) FROM messages WHERE session = ? AND conversation = ? AND place >= ?",
            (session, conversation, unread_from),
        ).fetchone()
        page = max(page, min(since + 1, MOST_UNREAD))
    return _page(db, session, conversation, 2**62, page)


def _page(db: "sqlite3.Connection", session: str, conversation: str, before: int, page: int) -> Page:
    found = _select(
        db,
        "session = ? AND conversation = ? AND place < ? AND state != 'waiting' ORDER BY place DESC LIMIT ?",
        session, conversation, before, page + 1,
    )  # fmt: skip
    return Page(conversation, found[:page][::-1], has_older=len(found) > page)


def _select(db: "sqlite3.Connection", where: str, *values: object) -> list[Message]:
    return [_message(row) for row in db.execute(f"SELECT {_COLUMNS} FROM messages WHERE {where}", values)]  # noqa: S608


def _pairs(db: "sqlite3.Connection", query: str, session: str) -> dict[str, str]:
    return dict(db.execute(query, (session,)).fetchall())


def _row(message: Message) -> tuple[Any, ...]:
    receipts = {id: [message.delivered.get(id), message.read.get(id)] for id in message.recipients}
    return (
        message.ref, message.conversation, message.place, message.text, message.at, message.sender,
        message.sender_name, message.mine, message.state.value, message.problem, message.handed, message.seq,
        message.epoch, json.dumps(receipts) if receipts else "", message.read_by_me, message.receipt_sent,
        message.sender_client, message.dialect.value, json.dumps(message.silent) if message.silent else "",
    )  # fmt: skip


def _message(row: tuple[Any, ...]) -> Message:
    (ref, conversation, place, text, at, sender, sender_name, mine, state, problem, handed, seq, epoch, receipts,
     read_by_me, receipt_sent, sender_client, dialect, silent) = row  # fmt: skip
    told: dict[str, list[int | None]] = json.loads(receipts) if receipts else {}
    return Message(
        ref=ref, conversation=conversation, place=place, text=text, at=at, sender=sender,
        sender_name=sender_name, mine=bool(mine), state=State(state),
        problem=problem, handed=bool(handed), seq=seq, epoch=epoch, recipients=tuple(told),
        delivered={id: times[0] for id, times in told.items() if times[0] is not None},
        read={id: times[1] for id, times in told.items() if times[1] is not None},
        read_by_me=bool(read_by_me), receipt_sent=bool(receipt_sent), sender_client=sender_client,
        dialect=dialect_of(dialect) or CHAT, silent=tuple(json.loads(silent)) if silent else (),
    )  # fmt: skip
