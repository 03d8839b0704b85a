"""Words of others in tooltips. Qt takes what looks like HTML for HTML there, and would load what it names."""

import html

#: Characters that a tooltip shows of words that others wrote.
MOST = 2_000


def plain_tip(words: str) -> str:
    """`words` as a tooltip that shows every character as it is, and breaks lines that are long."""
    if not words:
        return ""
    shown = words if len(words) <= MOST else words[: MOST - 1] + "…"
    lines = html.escape(shown).replace("\n", "<br>")
    return f'<qt><div style="white-space: pre-wrap">{lines}</div></qt>'
