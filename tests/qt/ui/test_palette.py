"""Both themes can be read: contrasts by WCAG 2.2, AA."""

import pytest

from heliograph.model.capture import Kind
from heliograph.ui.palette import DARK, LIGHT, Palette, contrast

TEXTS = ("text", "muted", "accent", "link", "success", "warning", "danger", "info")
SURFACES = ("window", "surface", "surface_alt", "sunken", "hover", "selected", "banner")


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
class TestContrast:
    @pytest.mark.parametrize("surface", SURFACES)
    @pytest.mark.parametrize("text", TEXTS)
    def test_text_on_every_surface(self, palette: Palette, text: str, surface: str) -> None:
        colors = palette.colors()
        assert contrast(colors[text], colors[surface]) >= 4.5

    def test_text_in_bubbles_and_buttons(self, palette: Palette) -> None:
        assert contrast(palette.own_text, palette.own_bubble) >= 7
        assert contrast(palette.on_accent, palette.accent_fill) >= 4.5
        for name in ("muted", "accent", "link", "danger"):
            assert contrast(palette.colors()[name], palette.own_bubble) >= 4.5

    def test_the_main_button_can_be_read_however_it_is_held(self, palette: Palette) -> None:
        for fill in (palette.accent_fill, palette.accent_hover, palette.accent_edge):
            assert contrast(palette.on_accent, fill) >= 4.5

    def test_what_shows_a_field_a_switch_or_the_focus(self, palette: Palette) -> None:
        grounds = (palette.window, palette.surface, palette.surface_alt, palette.sunken)
        for mark in (palette.outline, palette.accent):
            assert min(contrast(mark, ground) for ground in grounds) >= 3
        assert contrast(palette.accent_edge, palette.surface) >= 3
        assert contrast(palette.accent_edge, palette.window) >= 3

    def test_letters_on_the_discs_of_people(self, palette: Palette) -> None:
        for color in palette.people:
            assert contrast(palette.surface, color) >= 4.5

    def test_every_person_can_be_read(self, palette: Palette) -> None:
        assert len(set(palette.people)) == 12
        for color in palette.people:
            assert contrast(color, palette.other_bubble) >= 4.5
            assert contrast(color, palette.window) >= 4.5

    def test_every_kind_of_row_has_a_color_that_can_be_read(self, palette: Palette) -> None:
        assert palette.kinds.keys() == {kind.name for kind in Kind}
        for color in palette.kinds.values():
            assert (
                min(contrast(color, s) for s in (palette.surface, palette.surface_alt, palette.selected))
                >= 4.5
            )


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
