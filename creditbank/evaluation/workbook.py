"""Which part of an .xlsx holds which sheet: its list of sheets and their relations, read with expat, without a DTD."""

from dataclasses import dataclass
from xml.parsers import expat

from creditbank.evaluation.refusals import refusal


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """A sheet: its name, its part (lower case), and whether it is a table that is not hidden."""

    name: str
    part: str
    is_shown_table: bool


def counts_from_1904(workbook_xml: bytes) -> bool:
    """Whether the serial days of the workbook begin with 1904 (old Excel for Mac)."""
    return any(attributes.get("date1904", "0") in ("1", "true") for attributes in _elements(workbook_xml, "workbookPr"))


def sheet_entries(workbook_xml: bytes, relations_xml: bytes) -> list[SheetEntry]:
    """The sheets in their order, of every kind. Raises InvalidInput for broken XML."""
    relations = {attributes.get("Id", ""): attributes for attributes in _elements(relations_xml, "Relationship")}
    found: dict[str, SheetEntry] = {}
    for attributes in _elements(workbook_xml, "sheet"):
        key = next((value for name, value in attributes.items() if name.rpartition(":")[2] == "id"), "")
        relation = relations.get(key, {})
        name = attributes.get("name", "")
        visible = attributes.get("state", "visible") == "visible"
        shown = visible and relation.get("Type", "").endswith("/worksheet")
        found.setdefault(name, SheetEntry(name, _part_name(relation.get("Target", "")), shown))
    return list(found.values())


def _part_name(target: str) -> str:
    path = target.replace("\\", "/")
    if path.startswith("/"):
        return path[1:].lower()
    return path.lower() if path.lower().startswith("xl/") else f"xl/{path}".lower()


def _elements(document: bytes, name: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []

    def remember(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == name:
            found.append(attributes)

    parser = expat.ParserCreate()
    parser.StartElementHandler = remember
    try:
        if document:
            parser.Parse(document, True)
    except expat.ExpatError as problem:
        raise refusal("damaged", "xl/workbook.xml", place="xl/workbook.xml") from problem
    return found
