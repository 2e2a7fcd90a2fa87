"""Words in the two languages of the bank, carried as data because the pure part loads no gettext catalogue.

Also the type of the plain data in which the answers of this part leave it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in Chinese and in English; ``%(name)s`` marks a place to fill."""

    zh: str
    en: str

    def fill(self, places: Mapping[str, "str | Text"]) -> "Text":
        """The words with every place filled; a place that is itself a :class:`Text` is taken in the same language."""
        return Text(
            self.zh % {name: value.zh if isinstance(value, Text) else value for name, value in places.items()},
            self.en % {name: value.en if isinstance(value, Text) else value for name, value in places.items()},
        )

    def to_json(self) -> dict[str, str]:
        """``{"zh": …, "en": …}``."""
        return {"zh": self.zh, "en": self.en}

    def spoken(self, language: str) -> str:
        """The words in ``language`` (a tag like ``zh-hans`` or ``en``); Chinese unless English is asked for."""
        return self.en if language.lower().startswith("en") else self.zh


def join_texts(separator: Text, texts: list[Text]) -> Text:
    """The texts one after another, with each language's own separator between them."""
    return Text(separator.zh.join(text.zh for text in texts), separator.en.join(text.en for text in texts))
