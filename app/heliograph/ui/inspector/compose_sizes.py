"""How long a text is beside what is allowed."""

#: From this share of the limit on, the limit is said too.
_NEAR = 0.85


def size_words(size: int, limit: int) -> tuple[str, str]:
    """Words and a colour of the palette for so many bytes."""
    if size > limit:
        return f"{size:,} of {limit:,} bytes: {size - limit:,} too many", "danger"
    if size >= limit * _NEAR:
        return f"{size:,} of {limit:,} bytes", "warning"
    return (f"{size:,} bytes" if size != 1 else "1 byte"), "muted"
