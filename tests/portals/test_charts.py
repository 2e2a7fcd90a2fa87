"""Charts: the figures are in the picture and in its words."""

import re

import pytest

from creditbank.portals.charts import Axis, meter, radar, ring_step

AXES = (
    Axis("moral", "德", 4800, "48.00"),
    Axis("intellectual", "智", 12000, "120.00"),
    Axis("physical", "体", 6200, "62.00"),
    Axis("aesthetic", "美", 3600, "36.00"),
    Axis("labour", "劳", 0, "0.00"),
)


def test_the_radar_says_its_figures_and_reaches_the_rim_at_the_greatest() -> None:
    svg = radar(AXES, title="题<", description="德育 48.00", name="r")
    assert '<title id="r-t">题&lt;</title>' in svg
    assert "48.00" in svg
    area = re.search(r'class="area" points="([^"]+)"', svg)
    assert area is not None
    assert area[1].split()[1] == "241.3,116.3"
    assert area[1].split()[4] == "150.0,146.0"


def test_a_radar_without_credits_is_still_drawn() -> None:
    empty = [Axis(axis.code, axis.character, 0, "0.00") for axis in AXES]
    assert 'class="area"' in radar(empty, title="t", description="d", name="r")


@pytest.mark.parametrize(
    ("greatest", "step"), [(0, 1), (3, 1), (7, 3), (120, 40), (310, 200), (1000, 400), (3001, 2000)]
)
def test_three_rings_hold_the_greatest_value(greatest: float, step: float) -> None:
    assert ring_step(greatest) == step


def test_a_meter_never_leaves_its_frame() -> None:
    assert 'width="100.0"' in meter(5, 3)
    assert 'width="0.0"' in meter(1, 0)
    assert 'width="50.0"' in meter(1, 2, label="一半")


def test_a_chart_has_no_inline_style() -> None:
    assert "style" not in radar(AXES, title="t", description="d", name="r") + meter(1, 2)
