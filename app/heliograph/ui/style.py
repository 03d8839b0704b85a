"""What Qt draws itself, in a theme's colours: its palette, and one style sheet for fields, buttons and menus."""

from PySide6 import QtGui

from heliograph.ui.palette import Palette

#: Radius in pixels of the corners of fields, buttons and rows.
RADIUS = 8


def qt_palette(p: Palette) -> QtGui.QPalette:
    """The palette from which the Fusion style draws what the sheet does not cover."""
    role = QtGui.QPalette.ColorRole
    palette = QtGui.QPalette()
    for name, value in {
        role.Window: p.window, role.WindowText: p.text, role.Base: p.surface, role.AlternateBase: p.surface_alt,
        role.Text: p.text, role.Button: p.surface, role.ButtonText: p.text, role.ToolTipBase: p.surface_alt,
        role.ToolTipText: p.text, role.PlaceholderText: p.muted, role.Highlight: p.selected,
        role.HighlightedText: p.text, role.Link: p.link, role.LinkVisited: p.link, role.Accent: p.accent,
        role.Light: p.surface_alt, role.Midlight: p.hover, role.Mid: p.border, role.Dark: p.border,
        role.Shadow: p.border, role.BrightText: p.danger,
    }.items():  # fmt: skip
        palette.setColor(name, QtGui.QColor(value))
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QtGui.QPalette.ColorGroup.Disabled, name, QtGui.QColor(p.muted))
    return palette


def style_sheet(p: Palette) -> str:
    """The style sheet of the application. A focus ring is a border of two pixels; the padding makes room for it."""
    return _fields(p) + _buttons(p) + _surfaces(p) + _menus(p) + _scroll_bars(p) + _tables(p)


def _fields(p: Palette) -> str:
    return f"""
    QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QComboBox {{
        background: {p.surface}; color: {p.text}; border: 1px solid {p.outline}; border-radius: {RADIUS}px;
        padding: 7px 10px; selection-background-color: {p.accent_fill}; selection-color: {p.on_accent};
    }}
    QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QComboBox:focus {{
        border: 2px solid {p.accent}; padding: 6px 9px;
    }}
    QLineEdit:read-only, QPlainTextEdit:read-only {{ background: {p.surface_alt}; border-color: {p.border}; }}
    QLineEdit:read-only:focus, QPlainTextEdit:read-only:focus {{ border-color: {p.accent}; }}
    QLineEdit:disabled, QPlainTextEdit:disabled, QSpinBox:disabled, QComboBox:disabled {{
        background: {p.window}; color: {p.muted}; border-color: {p.border};
    }}
    QLineEdit[bad="true"] {{ border-color: {p.danger}; }}
    QComboBox {{ background: {p.surface}; padding: 5px 10px; }}
    QComboBox:focus {{ padding: 4px 9px; }}
    QComboBox::drop-down {{ border: none; width: 22px; }}
    QSpinBox::up-button, QSpinBox::down-button {{ width: 0; border: none; }}
    QCheckBox, QRadioButton {{ spacing: 8px; }}
    QRadioButton::indicator {{
        width: 14px; height: 14px; border-radius: 8px; border: 1px solid {p.outline}; background: {p.surface};
    }}
    QRadioButton::indicator:focus {{ width: 12px; height: 12px; border: 2px solid {p.accent}; }}
    QRadioButton::indicator:checked {{ width: 6px; height: 6px; border: 5px solid {p.accent_edge}; }}
    QRadioButton::indicator:checked:focus {{ border-color: {p.accent}; }}
    """


def _buttons(p: Palette) -> str:
    return f"""
    QPushButton, QToolButton, QRadioButton, QTabBar {{ outline: none; }}
    QPushButton {{
        background: {p.surface}; color: {p.text}; border: 1px solid {p.outline}; border-radius: {RADIUS}px;
        padding: 7px 16px;
    }}
    QPushButton:hover {{ background: {p.hover}; }}
    QPushButton:pressed {{ background: {p.sunken}; }}
    QPushButton:disabled {{ color: {p.muted}; background: {p.window}; border-color: {p.border}; }}
    QPushButton:focus {{ border: 2px solid {p.accent}; padding: 6px 15px; }}
    QPushButton[danger="true"] {{ color: {p.danger}; }}
    QPushButton[primary="true"] {{
        background: {p.accent_fill}; color: {p.on_accent}; border: 1px solid {p.accent_edge}; font-weight: 600;
    }}
    QPushButton[primary="true"]:hover {{ background: {p.accent_hover}; }}
    QPushButton[primary="true"]:pressed {{ background: {p.accent_edge}; }}
    QPushButton[primary="true"]:focus {{ border: 2px solid {p.text}; }}
    QPushButton[primary="true"]:disabled {{
        background: {p.sunken}; color: {p.muted}; border: 1px solid {p.border};
    }}
    QPushButton[flat="true"], QToolButton {{
        background: transparent; color: {p.text}; border: 1px solid transparent; border-radius: 6px;
        padding: 5px 8px;
    }}
    QPushButton[flat="true"]:hover, QToolButton:hover {{ background: {p.hover}; }}
    QPushButton[flat="true"]:pressed, QToolButton:pressed {{ background: {p.sunken}; }}
    QPushButton[flat="true"]:focus, QToolButton:focus {{ border: 2px solid {p.accent}; padding: 4px 7px; }}
    QToolButton:checked {{ background: {p.selected}; }}
    QToolButton:disabled {{ color: {p.muted}; }}
    QToolButton::menu-indicator {{ image: none; }}
    """


def _surfaces(p: Palette) -> str:
    return f"""
    QFrame[card="true"] {{ background: {p.surface}; border: 1px solid {p.border}; border-radius: 12px; }}
    QFrame[banner="true"] {{ background: {p.banner}; border: none; border-bottom: 1px solid {p.border}; }}
    QFrame[floats="true"] {{ border: 1px solid {p.outline}; border-radius: {RADIUS}px; }}
    QLabel[muted="true"] {{ color: {p.muted}; }}
    QLabel[danger="true"] {{ color: {p.danger}; }}
    QSplitter::handle {{ background: {p.border}; }}
    QSplitter[quiet="true"]::handle {{ background: transparent; }}
    QSplitter::handle:hover, QSplitter::handle:pressed {{ background: {p.accent_edge}; }}
    QDialog, QMessageBox {{ background: {p.surface}; }}
    QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
    QMessageBox QLabel#qt_msgbox_label {{ font-weight: 600; min-width: 320px; }}
    QLabel[keycap="true"] {{
        background: {p.surface_alt}; color: {p.text}; border: 1px solid {p.outline}; border-radius: 5px;
        padding: 2px 7px;
    }}
    QProgressBar {{ background: {p.sunken}; border: none; border-radius: 3px; }}
    QProgressBar::chunk {{ background: {p.accent_edge}; border-radius: 3px; }}
    """


def _menus(p: Palette) -> str:
    return f"""
    QToolTip {{ background: {p.surface_alt}; color: {p.text}; border: 1px solid {p.outline}; padding: 6px 8px; }}
    QMenu {{ background: {p.surface}; color: {p.text}; border: 1px solid {p.outline}; padding: 4px; }}
    QMenu::item {{ padding: 6px 28px 6px 8px; border-radius: 4px; }}
    QMenu::item:selected {{ background: {p.selected}; }}
    QMenu::item:disabled {{ color: {p.muted}; }}
    QMenu::icon {{ padding-left: 8px; }}
    QMenu::separator {{ height: 1px; background: {p.border}; margin: 4px 8px; }}
    """


def _scroll_bars(p: Palette) -> str:
    return f"""
    QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
    QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 0; }}
    QScrollBar::handle {{
        background: {p.outline}; border: none; border-radius: 3px; margin: 3px; min-height: 32px; min-width: 32px;
    }}
    QScrollBar::handle:hover {{ background: {p.muted}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    """


def _tables(p: Palette) -> str:
    return f"""
    QListView {{ background: transparent; border: none; outline: none; }}
    QAbstractScrollArea::corner {{ background: transparent; border: none; }}
    QTreeView {{
        background: {p.surface_alt}; border: 1px solid {p.border}; border-radius: {RADIUS}px; padding: 3px;
        outline: none; selection-background-color: {p.selected};
    }}
    QTreeView:focus {{ border: 2px solid {p.accent}; padding: 2px; }}
    QTreeView::item {{ padding: 1px 6px; border: none; }}
    QTreeView::item:selected {{ background: {p.selected}; color: {p.text}; }}
    QHeaderView {{ background: {p.window}; border: none; }}
    QHeaderView::section {{
        background: {p.window}; color: {p.muted}; border: none; border-bottom: 1px solid {p.border};
        padding: 4px 6px;
    }}
    QTabBar::tab {{
        background: transparent; color: {p.muted}; padding: 4px 12px; border: none;
        border-bottom: 2px solid transparent;
    }}
    QTabBar::tab:selected {{ color: {p.text}; border-bottom: 2px solid {p.accent}; }}
    QTabBar::tab:selected:focus {{
        border: 2px solid {p.accent}; border-radius: 6px; padding: 2px 10px 4px 10px;
    }}
    """
