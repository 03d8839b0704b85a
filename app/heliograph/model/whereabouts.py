"""Who came and went when. Pure."""

from heliograph.model.rows import Kind, Row

_COMINGS = frozenset({Kind.JOIN, Kind.LEAVE, Kind.AWAY, Kind.BACK})


class Whereabouts:
    """Who came and went when; reads on from where it stopped each time that it is asked."""

    def __init__(self) -> None:
        self._seen: dict[str, list[tuple[Kind, int]]] = {}
        self._read = 0

    def of(self, rows: list[Row], dropped: int, id: str) -> list[tuple[Kind, int]]:
        """Kinds and times of somebody's comings and goings, in their order."""
        start = max(self._read - dropped, 0)
        for row in rows[start:]:
            if row.kind in _COMINGS and row.sender is not None:
                self._seen.setdefault(row.sender, []).append((row.kind, row.at))
        self._read = max(self._read, dropped + len(rows))
        return self._seen.get(id, [])
