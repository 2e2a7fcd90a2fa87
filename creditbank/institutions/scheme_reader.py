"""Reads a scheme of evaluation from YAML into rows; every refusal names the place in the file."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from creditbank.institutions.models import ItemKind, SchemeItem
from creditbank.ledger.lines import Domain, Stage
from creditbank.policy.loading import read_yaml
from creditbank.policy.reader import Reader

SHIPPED: Final = Path(__file__).with_name("schemes")
_DOMAINS: Final = {domain.name.lower(): int(domain) for domain in Domain}
_STAGES: Final = {stage.name.lower(): int(stage) for stage in Stage}
_CAPS: Final = ("cap_term", "cap_student")
_OTHER_DISCIPLINE: Final = "other"


@dataclass(frozen=True, slots=True)
class SchemeText:
    """A scheme as its file states it; the items have no scheme yet."""

    code: str
    name: str
    is_sample: bool
    from_date: date
    items: tuple[SchemeItem, ...]


def shipped_schemes() -> Iterator[SchemeText]:
    """The schemes that come with the bank, by file name."""
    for path in sorted(SHIPPED.glob("*.yaml")):
        yield read_scheme(path)


def read_scheme(path: Path) -> SchemeText:
    """Read one scheme. InvalidInput names the path of what is unknown, missing, twice or malformed."""
    top = Reader(read_yaml(path), path.name).fields(
        ("code", "name", "from", "activities"), ("sample", "skills", "honours")
    )
    items = [item for row in top["activities"].items() for item in _activity(row)]
    if "skills" in top:
        items += [_skill(row) for row in top["skills"].items()]
    if "honours" in top:
        items += _honours(top["honours"])
    seen: set[tuple[str, str, int]] = set()
    for item in items:
        key = (item.activity_code, item.level, item.place)
        if key in seen:
            raise Reader(None, f"activities.{item.activity_code}").refuse(
                "同一项写了两次", "expected the item only once"
            )
        seen.add(key)
    return SchemeText(
        code=top["code"].text(),
        name=top["name"].text(),
        is_sample="sample" in top and top["sample"].flag(),
        from_date=top["from"].day(),
        items=tuple(items),
    )


def _activity(row: Reader) -> Iterator[SchemeItem]:
    read = row.fields(("code", "name", "domain", "stage"), ("credits", "up_to", "worth", "evidence", *_CAPS))
    if len({"credits", "up_to", "worth"} & read.keys()) != 1:
        raise row.refuse("credits、up_to、worth 三者取一", "expected exactly one of credits, up_to, worth")
    if "worth" not in read:
        yield _item(read, amount_hundredths=_optional(read, "credits"), most_hundredths=_optional(read, "up_to"))
        return
    for place in read["worth"].items():
        worth = place.fields(("credits",), ("level", "place"))
        yield _item(
            read,
            level=worth["level"].text() if "level" in worth else "",
            place=worth["place"].integer(1, 999) if "place" in worth else 0,
            amount_hundredths=worth["credits"].hundredths(),
        )


def _skill(row: Reader) -> SchemeItem:
    read = row.fields(("code", "name", "domain", "stage", "subject"))
    return _item(read, kind=ItemKind.SKILL, skill_subject=read["subject"].text())


def _honours(row: Reader) -> Iterator[SchemeItem]:
    read = row.fields(("scopes", "disciplines"), _CAPS)
    for scope_row in read["scopes"].items():
        scope = scope_row.fields(("code", "name", "scope", "any_discipline", "worth"))
        for discipline_row in read["disciplines"].items():
            discipline = discipline_row.fields(("code", "name", "discipline", "domain"))
            if discipline["discipline"].text() == _OTHER_DISCIPLINE and not scope["any_discipline"].flag():
                continue
            for place, worth in enumerate(scope["worth"].items(), start=1):
                yield SchemeItem(
                    activity_code=f"RY-{scope['code'].text()}-{discipline['code'].text()}",
                    name=f"{scope['name'].text()}·{discipline['name'].text()}",
                    kind=ItemKind.HONOUR,
                    domain=_DOMAINS[discipline["domain"].choice(_DOMAINS)],
                    stage=int(Stage.COMPETITION),
                    place=place,
                    amount_hundredths=worth.hundredths(),
                    cap_term_hundredths=_optional(read, "cap_term"),
                    cap_student_hundredths=_optional(read, "cap_student"),
                    honour_scope=scope["scope"].text(),
                    discipline=discipline["discipline"].text(),
                )


def _item(
    read: dict[str, Reader],
    *,
    kind: str = ItemKind.PLAIN,
    level: str = "",
    place: int = 0,
    amount_hundredths: int | None = None,
    most_hundredths: int | None = None,
    skill_subject: str = "",
) -> SchemeItem:
    return SchemeItem(
        activity_code=read["code"].text(),
        name=read["name"].text(),
        kind=kind,
        domain=_DOMAINS[read["domain"].choice(_DOMAINS)],
        stage=_STAGES[read["stage"].choice(_STAGES)],
        level=level,
        place=place,
        amount_hundredths=amount_hundredths,
        most_hundredths=most_hundredths,
        cap_term_hundredths=_optional(read, "cap_term"),
        cap_student_hundredths=_optional(read, "cap_student"),
        skill_subject=skill_subject,
        evidence_required="evidence" in read and read["evidence"].flag(),
    )


def _optional(read: dict[str, Reader], key: str) -> int | None:
    return read[key].hundredths() if key in read else None
