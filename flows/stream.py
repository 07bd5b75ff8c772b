"""Bytes that come along once: looked at before they are taken, counted, and cut where there are too many."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from flows.settings import Caps
from transforms.errors import SkipDocumentError

CHUNK = 64 * 1024
# A page of little text repeats itself at any ratio; only what has grown beyond this can be a bomb.
MIN_BOMB_BYTES = 8 * 1024 * 1024
# What was cut off is worth nothing; of anything else that ends too soon, what came before is kept.
CUT = frozenset({"unpacked_too_large", "packed_too_tightly", "record_too_large"})


@dataclass(slots=True, kw_only=True)
class Budget:
    """How much of one raw file has been unpacked.

    Args:
        caps: How much may be.
        spent: Bytes unpacked so far, on every level.
        members: Members and records seen so far.
    """

    caps: Caps
    spent: int = field(default=0)
    members: int = field(default=0)

    def spend(self, size: int, *, unpacked: int, packed: int) -> None:
        """Counts what a decompressor gave.

        Raises:
            SkipDocumentError: `unpacked_too_large` or `packed_too_tightly`.
        """
        self.spent += size
        if self.spent > self.caps.max_unpacked_bytes:
            raise SkipDocumentError(
                "unpacked_too_large",
                f"It unpacks to more than the {self.caps.max_unpacked_bytes} bytes of max_unpacked_bytes.",
            )
        if unpacked > max(MIN_BOMB_BYTES, self.caps.max_ratio * packed):
            raise SkipDocumentError(
                "packed_too_tightly",
                f"{packed} bytes unpack to more than {unpacked}, above the {self.caps.max_ratio} to 1 of max_ratio.",
            )

    def count(self) -> None:
        """Counts a member or record.

        Raises:
            SkipDocumentError: `too_many_members`.
        """
        self.members += 1
        if self.members > self.caps.max_members:
            raise SkipDocumentError(
                "too_many_members", f"It holds more than the {self.caps.max_members} of max_members."
            )


class Stream:
    """A source of bytes that ends where its source fails, and keeps the failure.

    Args:
        source: Gives at most so many bytes, none at the end; raises SkipDocumentError where it fails.
    """

    def __init__(self, source: Callable[[int], bytes]) -> None:
        self._source = source
        self._held = bytearray()
        self.fault: SkipDocumentError | None = None
        self.taken = 0

    def peek(self, size: int) -> bytes:
        """The next bytes, left where they are; fewer at the end."""
        self._fill(size)
        return bytes(self._held[:size])

    def read(self, size: int) -> bytes:
        """The next bytes, taken; fewer at the end."""
        self._fill(size)
        data = bytes(self._held[:size])
        del self._held[:size]
        self.taken += len(data)
        return data

    def read_all(self, cap: int) -> bytes:
        """What is left.

        Raises:
            SkipDocumentError: `record_too_large`, or the source's failure where nothing is worth keeping.
        """
        data = self.read(cap + 1)
        if len(data) > cap:
            raise SkipDocumentError(
                "record_too_large", f"It has more than the {cap} bytes of max_record_bytes."
            )
        if self.fault and (not data or self.fault.rule in CUT):
            raise self.fault
        return data

    def push_back(self, data: bytes) -> None:
        """Puts bytes before what comes next."""
        self._held[:0] = data
        self.taken -= len(data)

    def skip(self, size: int) -> int:
        """Takes so many bytes without keeping them; how many there were."""
        left = size
        while left > 0 and (data := self.read(min(left, CHUNK))):
            left -= len(data)
        return size - left

    def lines(self, cap: int) -> Iterator[bytes | None]:
        """Lines without their ends; None for one that is longer than the cap."""
        while True:
            line = self._line(cap)
            if line == b"":
                return
            yield line if line is None else line.rstrip(b"\r\n")

    def _line(self, cap: int) -> bytes | None:
        """The next line with its end, b"" at the end of all, None where it is too long."""
        looked = 0
        while True:
            end = self._held.find(b"\n", looked)
            if 0 <= end <= cap:
                return self.read(end + 1)
            looked = len(self._held)
            if looked > cap:
                self._skip_line()
                return None
            self._fill(looked + CHUNK)
            if len(self._held) == looked:
                return self.read(looked)

    def _skip_line(self) -> None:
        while data := self.read(CHUNK):
            end = data.find(b"\n")
            if end >= 0:
                self.push_back(data[end + 1 :])
                return

    def _fill(self, size: int) -> None:
        while len(self._held) < size and self.fault is None:
            try:
                data = self._source(max(CHUNK, min(size - len(self._held), 1 << 20)))
            except SkipDocumentError as error:
                self.fault = error
                return
            if not data:
                return
            self._held += data
