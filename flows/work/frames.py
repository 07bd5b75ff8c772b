"""What passes between a run and its reading processes: frames of a length and so many bytes."""

import struct
from typing import IO

FRAME = struct.Struct(">Q")


def receive(stream: IO[bytes]) -> bytes | None:
    """One frame, or None at the end of the stream."""
    head = stream.read(FRAME.size)
    if len(head) < FRAME.size:
        return None
    (size,) = FRAME.unpack(head)
    data = stream.read(size)
    return data if len(data) == size else None


def send(stream: IO[bytes], data: bytes) -> None:
    """Writes one frame."""
    stream.write(FRAME.pack(len(data)) + data)
    stream.flush()
