"""What is asked before the end of a hosted session cuts others off. Pure."""

from collections.abc import Sequence

from heliograph.model.text import names_words, plural


def parting_question(names: Sequence[str], elsewhere: int) -> tuple[str, str]:
    """Title and words: `names` of those who are seen, and how many more are in sessions that nobody looks at here."""
    count = len(names) + elsewhere
    title = f"End the session for {plural(count, 'person', 'people')}?"
    if not elsewhere:
        return title, f"{names_words(names)} {_are(count)} still here and will be cut off."
    others = f"{plural(elsewhere, 'connection')} to sessions that servers have made at this relay"
    if not names:
        return title, f"{others[0].upper()}{others[1:]} {'ends' if elsewhere == 1 else 'end'} with it."
    return (
        title,
        f"{names_words(names)} {_are(len(names))} still here and will be cut off, and {others} end with it.",
    )


def on_disk_words(rows: int) -> str:
    """What else goes, behind the question; "" for nothing."""
    if not rows:
        return ""
    return f" {plural(rows, 'older row')} of the capture on disk {'goes' if rows == 1 else 'go'} with it."


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
