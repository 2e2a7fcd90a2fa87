"""QTI 3.0 choice items (1EdTech): one ``qti-assessment-item`` as XML, or a zip of them; read with expat, no DTD.

Read: ``qti-choice-interaction`` of one interaction an item, its prompt and the paragraphs before it, the correct
response. Written: the same, with clause and difficulty as ``data-`` attributes, which other readers pass over.
"""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from creditbank.errors import InvalidInput
from creditbank.examinations.bank_files import LARGEST_BYTES, MOST_QUESTIONS, Found, Reading, collect
from creditbank.examinations.questions import MIDDLE, Choice, Question, QuestionKind, true_false

NAMESPACE: Final = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
_LARGEST_ITEM: Final = 1 << 20
_ZIP_MAGIC: Final = b"PK\x03\x04"
_SKIPPED: Final = frozenset({"qti-modal-feedback", "qti-feedback-inline", "qti-rubric-block"})


def read_qti(data: bytes) -> Reading:
    """The choice items of a QTI 3.0 file or package. ``InvalidInput`` when it is neither, too large or damaged."""
    if len(data) > LARGEST_BYTES:
        raise InvalidInput("文件不能超过 10 MB。", field="file")
    if data.startswith(_ZIP_MAGIC):
        return collect(_package(data))
    return collect([_item("1", data)])


def write_qti(questions: list[Question]) -> bytes:
    """A package with one item a question and its manifest; :func:`read_qti` reads back the same."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        names = [f"items/q{place:05d}.xml" for place in range(1, len(questions) + 1)]
        package.writestr(_entry("imsmanifest.xml"), _manifest(names))
        for name, question in zip(names, questions, strict=True):
            package.writestr(_entry(name), _written(question))
    return target.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _package(data: bytes) -> Iterator[Found]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries = [each for each in package.infolist() if each.filename.lower().endswith(".xml")]
            if len(entries) > MOST_QUESTIONS:
                raise InvalidInput("一个文件最多 5000 道题。", field="file")
            for entry in sorted(entries, key=lambda each: each.filename):
                with package.open(entry) as stream:
                    content = stream.read(_LARGEST_ITEM + 1)
                found = _item(entry.filename[:80], content)
                if found is not _NOT_AN_ITEM:
                    yield found
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, zipfile.LargeZipFile) as error:
        raise InvalidInput("压缩包已损坏或加了密。", field="file") from error


_NOT_AN_ITEM: Final = Found("", None, "不是题目。")


def _item(place: str, content: bytes) -> Found:
    if len(content) > _LARGEST_ITEM:
        return Found(place, None, "这道题的文件太大。")
    reader = _ItemReader()
    try:
        reader.read(content)
    except (expat.ExpatError, _Refused, ValueError, LookupError):
        return Found(place, None, "不是规范的 XML，或带有不允许的声明。")
    if not reader.is_item:
        return _NOT_AN_ITEM if place.lower().endswith(".xml") else Found(place, None, "不是 QTI 3.0 的题目。")
    if reader.interactions != 1:
        return Found(place, None, "只能导入每题一个选择的题目。")
    return Found(place, reader.question())


class _Refused(Exception):
    """The XML declares what no question needs."""


@dataclass(slots=True)
class _ItemReader:
    """What the events of one item tell; every element is looked at by its local name."""

    is_item: bool = False
    identifier: str = ""
    clause: str = "R-x.1"
    difficulty: str = ""
    shape: str = ""
    interactions: int = 0
    correct: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    stem: list[str] = field(default_factory=list)
    choices: list[tuple[str, list[str]]] = field(default_factory=list)

    def read(self, content: bytes) -> None:
        """Go through the item."""
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = _refuse
        parser.EntityDeclHandler = _refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.Parse(content, True)

    def question(self) -> Question:
        """The question as it was read; whether it can be asked is checked elsewhere."""
        made = tuple(Choice(_joined(text), name in self.correct) for name, text in self.choices)
        kind = QuestionKind.MULTIPLE if self.shape == "multiple" else QuestionKind.SINGLE
        if [choice.text for choice in made] == [choice.text for choice in true_false(answer=True)]:
            kind = QuestionKind.TRUE_FALSE
        difficulty = int(self.difficulty) if self.difficulty.isdecimal() else MIDDLE
        return Question(self.identifier, kind, _joined(self.stem), made, self.clause, difficulty)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        self.names.append(local)
        if local == "qti-assessment-item":
            self.is_item = True
            self.identifier = attributes.get("identifier", "")
            self.clause = attributes.get("data-clause", self.clause)
            self.difficulty = attributes.get("data-difficulty", "")
        elif local.endswith("-interaction"):
            self.interactions += 1 if local == "qti-choice-interaction" else 2
        elif local == "qti-response-declaration":
            self.shape = attributes.get("cardinality", "")
        elif local == "qti-value" and "qti-correct-response" in self.names:
            self.correct.append("")
        elif local == "qti-simple-choice":
            self.choices.append((attributes.get("identifier", ""), []))

    def _end(self, _name: str) -> None:
        local = self.names.pop()
        if local == "qti-value" and "qti-correct-response" in self.names:
            self.correct[-1] = self.correct[-1].strip()

    def _text(self, text: str) -> None:
        if _SKIPPED.intersection(self.names):
            return
        if "qti-simple-choice" in self.names:
            self.choices[-1][1].append(text)
        elif self.names[-1] == "qti-value" and "qti-correct-response" in self.names:
            self.correct[-1] += text
        elif "qti-item-body" in self.names:
            self.stem.append(text)


def _refuse(*_declared: object) -> None:
    raise _Refused


def _joined(pieces: list[str]) -> str:
    return " ".join("".join(pieces).split())


def _manifest(names: list[str]) -> str:
    resources = "".join(
        f'<resource identifier="r{place}" type="imsqti_item_xmlv3p0" href={quoteattr(name)}>'
        f"<file href={quoteattr(name)}/></resource>"
        for place, name in enumerate(names, start=1)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<manifest xmlns="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1" identifier="question-bank">'
        "<metadata><schema>QTI Package</schema><schemaversion>3.0.0</schemaversion></metadata><organizations/>"
        f"<resources>{resources}</resources></manifest>\n"
    )


def _written(question: Question) -> str:
    names = [f"C{place}" for place in range(1, len(question.choices) + 1)]
    several = question.kind is QuestionKind.MULTIPLE
    correct = "".join(f"<qti-value>{names[place]}</qti-value>" for place in question.right)
    choices = "".join(
        f'<qti-simple-choice identifier="{name}">{escape(choice.text.strip())}</qti-simple-choice>'
        for name, choice in zip(names, question.choices, strict=True)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<qti-assessment-item xmlns="{NAMESPACE}" identifier={quoteattr(question.key)} '
        f'title={quoteattr(question.key)} adaptive="false" time-dependent="false" '
        f"data-clause={quoteattr(question.clause)} "
        f'data-difficulty="{question.difficulty}">'
        f'<qti-response-declaration identifier="RESPONSE" cardinality="{"multiple" if several else "single"}" '
        f'base-type="identifier"><qti-correct-response>{correct}</qti-correct-response></qti-response-declaration>'
        '<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"/>'
        '<qti-item-body><qti-choice-interaction response-identifier="RESPONSE" '
        f'max-choices="{0 if several else 1}"><qti-prompt>{escape(question.text.strip())}</qti-prompt>{choices}'
        "</qti-choice-interaction></qti-item-body>"
        '<qti-response-processing template="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct"/>'
        "</qti-assessment-item>\n"
    )
