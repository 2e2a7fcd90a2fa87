"""The stage of redemptions, and a passbook that was lived in."""

import pytest

from tests.records.books import Lived, live
from tests.redemption.stage import Stage12, set_stage


@pytest.fixture
def stage(db: None) -> Stage12:
    return set_stage()


@pytest.fixture
def lived(stage: Stage12) -> Lived:
    return live(stage)
