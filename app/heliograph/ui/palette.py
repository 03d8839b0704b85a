"""The colours of the two themes, by what they mean. No Qt: tests compute contrasts from here."""

from dataclasses import dataclass, fields


@dataclass(frozen=True, kw_only=True)
class Palette:
    """Every colour on screen, as #rrggbb.

    Text on any of the surfaces reaches WCAG AA (4.5 : 1); what shows where a field or a switch is, and what has
    the focus (`outline`, `accent`, `accent_edge`), reaches 3 : 1. `accent` is the amber of text and lines,
    `accent_fill` that of areas with `on_accent` on them; `border` only separates.
    """

    is_dark: bool
    window: str
    surface: str
    surface_alt: str
    sunken: str
    hover: str
    selected: str
    text: str
    muted: str
    border: str
    outline: str
    accent: str
    accent_fill: str
    accent_hover: str
    accent_edge: str
    on_accent: str
    own_bubble: str
    own_text: str
    other_bubble: str
    link: str
    success: str
    warning: str
    danger: str
    info: str
    banner: str
    people: tuple[str, ...]
    kinds: dict[str, str]

    def colors(self) -> dict[str, str]:
        """The single colours by name."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.type is str or f.type == "str"}


LIGHT = Palette(
    is_dark=False,
    window="#f4f1ea",
    surface="#ffffff",
    surface_alt="#faf8f3",
    sunken="#ece7dd",
    hover="#efebe2",
    selected="#fbe6bd",
    text="#211d17",
    muted="#665d51",
    border="#ddd6c8",
    outline="#8d8373",
    accent="#8a4f00",
    accent_fill="#f0a422",
    accent_hover="#e29514",
    accent_edge="#b87400",
    on_accent="#241704",
    own_bubble="#fcebc9",
    own_text="#2b2214",
    other_bubble="#ffffff",
    link="#1a5aa0",
    success="#1a7040",
    warning="#855400",
    danger="#b3261e",
    info="#1f5fa8",
    banner="#fff1d3",
    people=(
        "#b3261e", "#a8460a", "#855400", "#5c6500", "#2c6e23", "#0f7050",
        "#0b6b78", "#1f5fa8", "#4a52b8", "#7440ab", "#97348f", "#a82a5c",
    ),
    kinds={
        "CHAT": "#211d17", "SIGNAL": "#1f5fa8", "PING": "#7440ab", "RECEIPT": "#1a7040", "TYPING": "#665d51",
        "JOIN": "#0f7050", "LEAVE": "#a8460a", "AWAY": "#855400", "BACK": "#0b6b78", "RECOVERY": "#0b6b78",
        "GAP": "#b3261e", "REJECTED": "#b3261e", "ERROR": "#b3261e", "INSPECT": "#97348f", "STATUS": "#665d51",
        "FRAME": "#5c6500",
    },
)  # fmt: skip

DARK = Palette(
    is_dark=True,
    window="#191816",
    surface="#22201d",
    surface_alt="#282522",
    sunken="#121110",
    hover="#2e2b27",
    selected="#463717",
    text="#ece8e1",
    muted="#b6afa4",
    border="#38342e",
    outline="#857d70",
    accent="#f4bb5c",
    accent_fill="#efae45",
    accent_hover="#f7c169",
    accent_edge="#efae45",
    on_accent="#1d1505",
    own_bubble="#453618",
    own_text="#f8ecd3",
    other_bubble="#2a2825",
    link="#91bff2",
    success="#6fce92",
    warning="#f2b859",
    danger="#ff9c94",
    info="#91bff2",
    banner="#372c16",
    people=(
        "#ff9c94", "#ffa56b", "#e9b44c", "#c3c95a", "#86ce7c", "#5fd0a6",
        "#5fcbd8", "#91bff2", "#a9aef5", "#c9a3f2", "#e79ae0", "#fa97b8",
    ),
    kinds={
        "CHAT": "#ece8e1", "SIGNAL": "#91bff2", "PING": "#c9a3f2", "RECEIPT": "#6fce92", "TYPING": "#b6afa4",
        "JOIN": "#5fd0a6", "LEAVE": "#ffa56b", "AWAY": "#e9b44c", "BACK": "#5fcbd8", "RECOVERY": "#5fcbd8",
        "GAP": "#ff9c94", "REJECTED": "#ff9c94", "ERROR": "#ff9c94", "INSPECT": "#e79ae0", "STATUS": "#b6afa4",
        "FRAME": "#c3c95a",
    },
)  # fmt: skip


def contrast(a: str, b: str) -> float:
    """The contrast ratio of two colours (WCAG 2.2), 1 to 21."""
    light, dark = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    parts = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
