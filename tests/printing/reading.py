"""Reads the text back out of a PDF as typst writes it: enough for tests, not a general reader."""

import re
import zlib

_OBJECT = re.compile(rb"(?:^|\n)(\d+) 0 obj\n(.*?)\nendobj", re.S)
_STREAM = re.compile(rb"stream\r?\n(.*)\r?\nendstream", re.S)
_MAPPING = re.compile(rb"<([0-9A-F]{4})> <([0-9A-F]+)>")
_SHOW = re.compile(rb"<<.*?>>\s*BDC|/(f\d+) [\d.]+ Tf|<([0-9A-F]+)>|\(", re.S)
_ESCAPES = {b"n": 10, b"r": 13, b"t": 9, b"b": 8, b"f": 12}


def page_texts(pdf: bytes) -> list[str]:
    """The text of each page, in the order it is drawn, without spaces and soft breaks (setting moves those)."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    kids = re.search(rb"/Type/Pages/Count \d+/Kids\[([^\]]*)\]", pdf)
    assert kids, "no page tree"
    return [_page_text(objects, objects[int(number)]) for number in re.findall(rb"(\d+) 0 R", kids[1])]


def qr_modules(pdf: bytes) -> set[tuple[int, int]]:
    """(row, column) of the dark modules of the one QR code on the first page, quiet zone left out."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    kids = re.search(rb"/Kids\[(\d+) 0 R", pdf)
    assert kids, "no page tree"
    content = _stream(objects[_reference(objects[int(kids[1])], b"Contents")])
    return {
        (int(row) - 4, column - 4)
        for first, row, last in re.findall(rb"(\d+) (\d+)\.5 m\s(\d+) \2\.5 l", content)
        for column in range(int(first), int(last))
    }


def page_size(pdf: bytes) -> tuple[float, float]:
    """Width and height of the first page, in millimetres."""
    box = re.search(rb"/MediaBox\[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert box, "no page"
    return round(float(box[1]) / 72 * 25.4, 1), round(float(box[2]) / 72 * 25.4, 1)


def _page_text(objects: dict[int, bytes], page: bytes) -> str:
    fonts = _fonts(objects, objects[_reference(page, b"Resources")])
    content = _stream(objects[_reference(page, b"Contents")])
    font: dict[int, str] = {}
    shown = []
    at = 0
    while found := _SHOW.search(content, at):
        at = found.end()
        if found[0].endswith(b"BDC"):
            continue
        if found[1]:
            font = fonts[found[1]]
            continue
        codes = bytes.fromhex(found[2].decode()) if found[2] else b""
        if not found[2]:
            codes, at = _literal(content, at)
        shown.append("".join(font[codes[i] << 8 | codes[i + 1]] for i in range(0, len(codes), 2)))
    return re.sub(r"[\s\u200b]", "", "".join(shown))


def _literal(content: bytes, at: int) -> tuple[bytes, int]:
    """The bytes of the literal string whose first byte is at ``at``, and where it ends; brackets may nest."""
    out = bytearray()
    depth = 1
    while True:
        byte = content[at : at + 1]
        at += 1
        if byte == b"\\":
            octal = re.match(rb"[0-7]{3}", content[at : at + 3])
            following = content[at : at + 1]
            out.append(int(octal[0], 8) if octal else _ESCAPES.get(following, following[0]))
            at += 3 if octal else 1
            continue
        depth += (byte == b"(") - (byte == b")")
        if depth == 0:
            return bytes(out), at
        out += byte


def _fonts(objects: dict[int, bytes], resources: bytes) -> dict[bytes, dict[int, str]]:
    listed = re.search(rb"/Font<<(.*?)>>", resources)
    assert listed, "no font"
    found = {}
    for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", listed[1]):
        unicode_map = _stream(objects[_reference(objects[int(number)], b"ToUnicode")])
        found[name] = {
            int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be")
            for code, text in _MAPPING.findall(unicode_map)
        }
    return found


def _reference(body: bytes, key: bytes) -> int:
    match = re.search(rb"/" + key + rb" (\d+) 0 R", body)
    assert match, key
    return int(match[1])


def _stream(body: bytes) -> bytes:
    match = _STREAM.search(body)
    assert match, "no stream"
    return zlib.decompress(match[1]) if b"/FlateDecode" in body else match[1]
