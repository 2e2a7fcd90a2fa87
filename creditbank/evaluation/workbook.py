"""Which part of an .xlsx holds which sheet: its list of sheets and their relations, read with expat, without a DTD."""

from xml.parsers import expat

from creditbank.evaluation.refusals import refusal


def counts_from_1904(workbook_xml: bytes) -> bool:
    """Whether the serial days of the workbook begin with 1904 (old Excel for Mac)."""
    return any(attributes.get("date1904", "0") in ("1", "true") for attributes in _elements(workbook_xml, "workbookPr"))


def sheet_parts(workbook_xml: bytes, relations_xml: bytes) -> dict[str, str]:
    """The lower-case part name of each sheet by the sheet's name. Raises InvalidInput for broken XML."""
    target_of = {
        attributes.get("Id", ""): _part_name(attributes.get("Target", ""))
        for attributes in _elements(relations_xml, "Relationship")
    }
    found: dict[str, str] = {}
    for attributes in _elements(workbook_xml, "sheet"):
        relation = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
        found.setdefault(attributes.get("name", ""), target_of.get(relation, ""))
    return found


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
