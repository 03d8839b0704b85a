"""The colours of the two themes, by what they mean. No Qt: tests compute contrasts from here."""

from dataclasses import dataclass, fields


@dataclass(frozen=True, kw_only=True)
class Palette:
    """Every colour on screen, as #rrggbb. Text on any of the surfaces reaches WCAG AA (4.5 : 1)."""

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
    accent: str
    accent_fill: str
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
    window="#f3f1ec",
    surface="#ffffff",
    surface_alt="#faf8f4",
    sunken="#e9e5dd",
    hover="#f0ece4",
    selected="#fbe7c0",
    text="#211e1a",
    muted="#686258",
    border="#dcd6ca",
    accent="#8f5200",
    accent_fill="#9c5a00",
    on_accent="#ffffff",
    own_bubble="#fdebc8",
    own_text="#2b2214",
    other_bubble="#ffffff",
    link="#1a5aa0",
    success="#1a7040",
    warning="#855400",
    danger="#b3261e",
    info="#1f5fa8",
    banner="#fff1d6",
    people=(
        "#b3261e", "#a8460a", "#855400", "#5c6500", "#2c6e23", "#0f7050",
        "#0b6b78", "#1f5fa8", "#4a52b8", "#7440ab", "#97348f", "#a82a5c",
    ),
    kinds={
        "CHAT": "#211e1a", "SIGNAL": "#1f5fa8", "PING": "#7440ab", "RECEIPT": "#1a7040", "TYPING": "#686258",
        "JOIN": "#0f7050", "LEAVE": "#a8460a", "AWAY": "#855400", "BACK": "#0b6b78", "RECOVERY": "#0b6b78",
        "GAP": "#b3261e", "REJECTED": "#b3261e", "ERROR": "#b3261e", "INSPECT": "#97348f", "STATUS": "#686258",
    },
)  # fmt: skip

DARK = Palette(
    is_dark=True,
    window="#191816",
    surface="#211f1c",
    surface_alt="#272522",
    sunken="#131211",
    hover="#2e2b27",
    selected="#4a3814",
    text="#ece8e1",
    muted="#b2aba0",
    border="#3a362f",
    accent="#f2b859",
    accent_fill="#e2a33c",
    on_accent="#1b1508",
    own_bubble="#493714",
    own_text="#f8ecd3",
    other_bubble="#2b2926",
    link="#8bb9ee",
    success="#6fce92",
    warning="#f2b859",
    danger="#ff9289",
    info="#8bb9ee",
    banner="#3a2f18",
    people=(
        "#ff9289", "#ffa56b", "#e9b44c", "#c3c95a", "#86ce7c", "#5fd0a6",
        "#5fcbd8", "#8bb9ee", "#a9aef5", "#c9a3f2", "#e79ae0", "#fa97b8",
    ),
    kinds={
        "CHAT": "#ece8e1", "SIGNAL": "#8bb9ee", "PING": "#c9a3f2", "RECEIPT": "#6fce92", "TYPING": "#b2aba0",
        "JOIN": "#5fd0a6", "LEAVE": "#ffa56b", "AWAY": "#e9b44c", "BACK": "#5fcbd8", "RECOVERY": "#5fcbd8",
        "GAP": "#ff9289", "REJECTED": "#ff9289", "ERROR": "#ff9289", "INSPECT": "#e79ae0", "STATUS": "#b2aba0",
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
