"""Words for a person: names that cannot deceive the eye, counts, relative times. Pure.

Text from others is data. A name is shown on one line, with control, bidirectional and invisible
characters made visible; whose it is, is told by colour and short id, which come from the relay.
"""

import datetime
import unicodedata
from collections.abc import Sequence

GUEST = "Guest"
MAX_DISPLAY_CHARACTERS = 64

#: Most marks that may pile up on one letter before they would climb over the neighbouring lines.
MAX_MARKS = 3

#: Letters and signs that show nothing, though Unicode does not class them as format characters.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufff9\ufffa\ufffb\ufffc")
_JOINERS = "\u200c\u200d"
_SELECTORS = "\ufe0e\ufe0f"
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def display_name(raw: str) -> str:
    """`raw` as one line that hides nothing; "Guest" where nothing is left to show."""
    words = " ".join(part for part in _spaced(raw).split(" ") if part)
    shown = _limit_marks(reveal(words))
    if len(shown) > MAX_DISPLAY_CHARACTERS:
        shown = shown[: MAX_DISPLAY_CHARACTERS - 1].rstrip() + "…"
    return shown or GUEST


def reveal(text: str, keep: str = "") -> str:
    """`text` with every control, bidirectional and invisible character made visible, except those in `keep`.

    Each becomes its number (‹U+202E›), which every font can show, as it cannot Unicode's pictures of controls. Joiners
    and selectors stay where scripts and emoji need them: between two characters that are not ASCII.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        c if c in keep or not _is_unseen(c) or _is_needed(text, i) else _picture(c)
        for i, c in enumerate(text)
    )


def one_line(text: str, limit: int = 80) -> str:
    """The beginning of `text` for a list or a notice: one line, nothing hidden, at most `limit` characters."""
    line = reveal(" ".join(text[: limit * 4].split()))
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def delivery_words(delivered: int, read: int, of: int, silent: int = 0) -> str:
    """How a message fared: "read by 2 of 4, delivered to 3", "delivered to all 4", "nobody else here".

    `silent` more people got it, whose applications tell nothing.
    """
    if silent:
        told = delivery_words(delivered, read, of) if of else "on the relay"
        return f"{told}; {plural(silent, 'OpenTok client')} will not tell"
    if of == 0:
        return "on the relay; nobody else was here"
    if read >= of:
        return "read" if of == 1 else f"read by all {of}"
    if read:
        others = "" if delivered <= read else f", delivered to {delivered}"
        return f"read by {read} of {of}{others}"
    if delivered >= of:
        return "delivered" if of == 1 else f"delivered to all {of}"
    if delivered:
        return f"delivered to {delivered} of {of}"
    return "on the relay" if of == 1 else f"on the relay, delivered to 0 of {of}"


def names_words(names: Sequence[str], most: int = 3) -> str:
    """Names as a list in a sentence: "Ana", "Ana and Bo", "Ana, Bo and 3 others"."""
    if len(names) <= 1:
        return "".join(names)
    if len(names) > most:
        rest = len(names) - most + 1
        return f"{', '.join(names[: most - 1])} and {rest} others"
    return f"{', '.join(names[:-1])} and {names[-1]}"


def typing_words(names: Sequence[str]) -> str:
    """Who is typing, as a sentence; "" for nobody."""
    if not names:
        return ""
    return f"{names_words(names)} {'is' if len(names) == 1 else 'are'} typing…"


def plural(count: int, one: str, many: str = "") -> str:
    """`count` with its noun: "1 person", "2 people"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def duration_words(ms: float | None) -> str:
    """A round trip or latency: "0.4 ms", "12 ms", "1.2 s"; "" where none was measured."""
    if ms is None:
        return ""
    if ms < 0.05:
        return "<0.1 ms"
    if ms < 9.95:
        return f"{ms:.1f} ms"
    return f"{ms:.0f} ms" if ms < 999.5 else f"{ms / 1000:.1f} s"


def stamps_words(ms: int) -> str:
    """The time between two stamps, which are whole milliseconds: "<1 ms", "9 ms", "1.2 s"; never below nothing."""
    if ms < 10:
        return f"{ms} ms" if ms > 0 else "<1 ms"
    return duration_words(ms)


def relative_time(then: int, now: int) -> str:
    """How long ago `then` was, both in milliseconds since the epoch: "just now", "5 minutes ago"."""
    seconds = (now - then) // 1000
    if seconds < 45:
        return "just now"
    for size, noun in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            return f"{plural(seconds // size, noun)} ago"
    return "a minute ago"


def day_words(day: datetime.date, today: datetime.date) -> str:
    """A day separator: "Today", "Yesterday", "Monday", "3 March", "3 March 2024"."""
    age = (today - day).days
    if age in (0, 1):
        return ("Today", "Yesterday")[age]
    if 1 < age < 7:
        return day.strftime("%A")
    year = "" if day.year == today.year else f" {day.year}"
    return f"{day.day} {day.strftime('%B')}{year}"


def _spaced(text: str) -> str:
    """Every kind of space and line break as a plain space."""
    return "".join(" " if c in "\t\n\r\v\f\x85" or unicodedata.category(c)[0] == "Z" else c for c in text)


def _is_unseen(c: str) -> bool:
    return c in _BLANK or c in _SELECTORS or unicodedata.category(c) in _UNSEEN or _is_tag(c)


def _is_tag(c: str) -> bool:
    return "\U000e0000" <= c <= "\U000e0fff"


def _is_needed(text: str, i: int) -> bool:
    """Whether the joiner or selector at `i` shapes its neighbours, as in Persian words and emoji."""
    if text[i] in _SELECTORS:
        return i > 0 and _is_symbol(text[i - 1])
    if text[i] not in _JOINERS or not 0 < i < len(text) - 1:
        return False
    return _joins(text[i - 1]) and _joins(text[i + 1])


def _is_symbol(c: str) -> bool:
    return c in "#*0123456789" or unicodedata.category(c) in {"So", "Sk", "Sm", "Po"}


def _joins(c: str) -> bool:
    """Characters whose look a joiner changes: those of joining scripts and of emoji; never Latin ones."""
    if c in _SELECTORS:
        return True
    return c > "\u05ff" and not c.isspace() and not _is_unseen(c)


def _picture(c: str) -> str:
    return f"‹U+{ord(c):04X}›"


def _limit_marks(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for c in text:
        marks = marks + 1 if unicodedata.category(c) in {"Mn", "Me"} and c not in _SELECTORS else 0
        if marks <= MAX_MARKS:
            kept.append(c)
    return "".join(kept)
