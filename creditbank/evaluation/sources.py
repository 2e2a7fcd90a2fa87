"""Where the bytes of a file come from: a path, or an open stream that can be read again from its start."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO


@dataclass(frozen=True, slots=True)
class Source:
    """A file to be read more than once. A path is opened anew each time; a stream is rewound and never closed."""

    origin: Path | BinaryIO

    @contextmanager
    def opened(self) -> Iterator[BinaryIO]:
        """The bytes from the start."""
        if isinstance(self.origin, Path):
            with self.origin.open("rb") as stream:
                yield stream
        else:
            self.origin.seek(0)
            yield self.origin

    def size(self) -> int:
        """Bytes in all."""
        with self.opened() as stream:
            return stream.seek(0, 2)
