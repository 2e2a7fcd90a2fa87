"""Invented names: every surname with a few plain given names, drawn from a seed. Any likeness is chance."""

import random
from typing import Final

SURNAMES: Final = tuple("林陈周吴郑冯许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗")
_GIVEN: Final = """
知夏 一诺 子墨 雨桐 浩然 梓涵 思远 若溪 嘉禾 景行 予安 清扬 书瑶 明哲 星河 沐阳 可欣 云帆 乐童 亦辰
语嫣 晨曦 怀瑾 采薇 致远 安然 静姝 天佑 念慈 子衿 望舒 宇轩 佳宁 奕辰 若水 如初 听雨 南星 北辰 青禾
"""
GIVEN: Final = tuple(_GIVEN.split())
COMPOUND: Final = ("欧阳", "司马", "诸葛")
LONG: Final = ("阿依古丽·示例", "买买提江·示例")


class Names:
    """A stream of names without repetition."""

    def __init__(self, chance: random.Random) -> None:
        pairs = [surname + given for surname in SURNAMES for given in GIVEN]
        chance.shuffle(pairs)
        rare = [surname + GIVEN[index] for index, surname in enumerate(COMPOUND)]
        self._left = [*pairs, *rare, *LONG]

    def draw(self) -> str:
        """The next name."""
        return self._left.pop()
