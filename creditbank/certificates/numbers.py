"""The alliance's own number series: ``LM-<family letter>-<year>-<six digits>``. No state series is imitated."""

from typing import Final

from django.db import transaction
from django.db.models import F

from creditbank.certificates.models import NumberSeries

FAMILY_LETTERS: Final = {
    "athlete": "A",
    "coach": "C",
    "referee": "R",
    "robotics-teacher": "TR",
    "programming-teacher": "TP",
}


@transaction.atomic
def draw_certificate_number(family: str, year: int) -> str:
    """The next number of the family's series of that year; the series row stays locked until the caller commits."""
    series = f"LM-{FAMILY_LETTERS[family]}-{year}"
    NumberSeries.objects.get_or_create(series=series)
    NumberSeries.objects.filter(series=series).update(next_number=F("next_number") + 1)
    drawn = NumberSeries.objects.get(series=series).next_number - 1
    return f"{series}-{drawn:06d}"
