"""How much memory the system lets this process have, and how much of that is in use. Linux only: others do not tell.

Two kinds of bounds. `ulimit -v` and `ulimit -d` (RLIMIT_AS, RLIMIT_DATA) let an allocation fail. A control group's
`memory.max` lets the kernel end a process of the group without a word. From both a distance is kept.
"""

import ctypes
import os
import sys
from collections.abc import Iterator
from pathlib import Path

#: Bytes below a bound at which allocations fail, and below a control group's, whose kernel buffers count too.
HEADROOM = 64 << 20
GROUP_HEADROOM = 32 << 20
_PAGE = 4_096
#: From this part of a bound on it is looked at closely.
_NEAR = 0.7
_KNOWN = sys.platform == "linux"


class _File:
    """A file of the kernel's that is read again and again; it stays open, for when no descriptor is left."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)

    def read(self) -> str:
        """What it says now."""
        return os.pread(self._descriptor, 65_536, 0).decode("ascii", "replace")

    def close(self) -> None:
        """It is read no more."""
        os.close(self._descriptor)


class SystemMemory:
    """See the module. `most`: bytes of resident memory that are set as the ceiling, 0 for none.

    The bounds are read anew each time: they may be changed while the relay runs.
    """

    def __init__(self, most: int = 0, root: Path = Path("/")) -> None:
        self._most = most
        self._groups = list(_groups(root)) if _KNOWN else []
        self._sizes = _File(Path("/proc/self/statm")) if _KNOWN else None

    @property
    def ceiling(self) -> int | None:
        """The nearest bound in bytes; None where there is none."""
        bounds = [self._most or None, *_rlimits(), *(group.most() for group in self._groups)]
        return min((bound for bound in bounds if bound is not None), default=None)

    def for_queues(self, given: int) -> int:
        """The bound on what waits for all readers together: the one given, or a quarter of the nearest, at most 1 GiB."""
        return given or min(1 << 30, (self.ceiling or 4 << 30) // 4)

    def part(self) -> float:
        """How much of the nearest bound is in use; 0 where there is none."""
        size, resident, data = self._now()
        parts = [resident / self._most if self._most else 0.0]
        parts += [
            _part(mapped, bound)
            for bound, mapped in zip(_rlimits(), (size, data), strict=True)
            if bound is not None
        ]
        parts += [group.part() for group in self._groups]
        return max(parts)

    def close(self) -> None:
        """Nothing more is asked."""
        if self._sizes is not None:
            self._sizes.close()
            self._sizes = None
        while self._groups:
            self._groups.pop().close()

    def _now(self) -> tuple[int, int, int]:
        """Bytes of address space, of resident memory, and of address space that may be written."""
        if self._sizes is None:
            return 0, 0, 0
        size, resident, _, _, _, data = (int(pages) * _PAGE for pages in self._sizes.read().split()[:6])
        return size, resident, data


class ControlGroup:
    """One of those that this process is in: its bound, and what its processes use that cannot be had back."""

    def __init__(self, folder: Path, *, most: str, used: str, reclaimable: str) -> None:
        self._files = [_File(folder / name) for name in (most, used, "memory.stat")]
        self._reclaimable = reclaimable

    def close(self) -> None:
        """Nothing more is asked."""
        for file in self._files:
            file.close()

    def most(self) -> int | None:
        """Its bound, less what must be left to work with; None where there is none."""
        text = self._files[0].read().strip()
        if not text.isdecimal() or int(text) >= 1 << 60:  # "max", or what version 1 calls unlimited
            return None
        return max(1, int(text) - min(GROUP_HEADROOM, int(text) // 8))

    def part(self) -> float:
        """How much of that is in use."""
        most = self.most()
        if most is None:
            return 0.0
        used = int(self._files[1].read())
        stat = dict(line.split(" ", 1) for line in self._files[2].read().splitlines())
        return (used - int(stat.get(self._reclaimable, "0"))) / most


def _groups(root: Path) -> Iterator[ControlGroup]:
    """The control groups whose bounds hold for this process, by both versions of the kernel's interface."""
    try:
        lines = (root / "proc/self/cgroup").read_text("ascii", errors="replace").splitlines()
    except OSError:
        return
    mount = root / "sys/fs/cgroup"
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers and "memory" not in controllers.split(","):
            continue
        base = mount / "memory" if controllers else mount
        names = (
            {"most": "memory.limit_in_bytes", "used": "memory.usage_in_bytes", "reclaimable": "total_inactive_file"}
            if controllers
            else {"most": "memory.max", "used": "memory.current", "reclaimable": "inactive_file"}
        )  # fmt: skip
        folder = base / path.strip("/")
        # In a container the path may be the host's, and only its end, or nothing of it, be there.
        for place in (folder, *folder.parents):
            if place.is_relative_to(base) and (place / names["most"]).exists():
                yield ControlGroup(place, **names)


def _part(mapped: int, bound: int) -> float:
    """How much of a bound on what is mapped is in use: what was freed stays mapped, and is used again."""
    part = mapped / bound
    return part if part < _NEAR else (mapped - _freed()) / bound


_MALLINFO = (
    "arena",
    "ordblks",
    "smblks",
    "hblks",
    "hblkhd",
    "usmblks",
    "fsmblks",
    "uordblks",
    "fordblks",
    "keepcost",
)


class _Mallinfo(ctypes.Structure):
    _fields_ = tuple((name, ctypes.c_size_t) for name in _MALLINFO)


def _freed() -> int:
    """Bytes that the C library has to give without asking the system; 0 where it does not tell."""
    mallinfo = getattr(ctypes.CDLL(None), "mallinfo2", None)
    if mallinfo is None:
        return 0
    mallinfo.restype = _Mallinfo
    return int(mallinfo().fordblks)


def _rlimits() -> tuple[int | None, int | None]:
    """The system's bounds on address space and data, less what must be left to work with; None where there is none."""
    if not _KNOWN:
        return None, None
    import resource  # noqa: PLC0415 - Windows has none

    space, data = (resource.getrlimit(what)[0] for what in (resource.RLIMIT_AS, resource.RLIMIT_DATA))
    return _below(space, resource.RLIM_INFINITY), _below(data, resource.RLIM_INFINITY)


def _below(bound: int, infinity: int) -> int | None:
    return None if bound == infinity else max(1, bound - HEADROOM)
