"""The calendar of working days: read by everybody, published and corrected by an administrator."""

import pytest
from django.test import Client

from creditbank.workdays.models import WorkdayYear
from tests.everybody import Everybody

pytestmark = pytest.mark.django_db
HEAD = {"h-TOTAL_FORMS": "2", "h-INITIAL_FORMS": "0", "source": "示例通知〔2027〕1号"}
ROW = {"h-0-name": "元旦", "h-0-first": "2028-01-01", "h-0-last": "2028-01-03", "h-0-worked": "2028-01-08"}


def test_everybody_reads_which_days_are_worked(client: Client) -> None:
    text = client.get("/working-days/").content.decode()
    assert "春节" in text
    assert "还没有公布" in text
    assert client.get("/api/v1/working-days").json()[0]["holidays"]


def test_an_administrator_publishes_and_corrects_a_year(everybody: Everybody) -> None:
    desk = everybody.at_door("admin")
    assert desk.get("/office/working-days/2028/").status_code == 200
    for _ in range(2):
        assert desk.post("/office/working-days/2028/", {**HEAD, **ROW}).status_code == 302
    assert list(WorkdayYear.objects.values_list("number", "revision")) == [(2028, 2), (2028, 1)]
    assert "2028-01-08" in desk.get("/office/working-days/2028/").content.decode()


@pytest.mark.parametrize(
    "wrong", [{"h-0-last": "2027-12-01"}, {"h-0-worked": "2028-01-04"}, {"h-0-worked": "x"}, {"h-0-name": ""}]
)
def test_what_cannot_be_counted_with_is_told_beside_the_form(everybody: Everybody, wrong: dict[str, str]) -> None:
    answer = everybody.at_door("admin").post("/office/working-days/2028/", {**HEAD, **ROW, **wrong})
    assert answer.status_code == 400
    assert not WorkdayYear.objects.exists()


def test_the_year_stays_within_reason(everybody: Everybody) -> None:
    assert everybody.at_door("admin").get("/office/working-days/9999/").status_code == 404
