"""Tiny models of our own, written as ONNX by hand: one matrix, so that nobody has to be trained or downloaded.

Source: the ONNX IR specification, version 8, and protobuf's encoding: fields as tag, length and bytes.
"""

import struct
from collections.abc import Sequence

_FLOAT = 1


def _varint(number: int) -> bytes:
    out = bytearray()
    while True:
        number, low = number >> 7, number & 127
        out.append(low | (128 if number else 0))
        if not number:
            return bytes(out)


def _field(number: int, value: int | str | bytes) -> bytes:
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    content = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _value_info(name: str, shape: Sequence[int]) -> bytes:
    dimensions = b"".join(_field(1, _field(1, each)) for each in shape)
    tensor = _field(1, _FLOAT) + _field(2, dimensions)
    return _field(1, name) + _field(2, _field(1, tensor))


def _node(kind: str, inputs: Sequence[str], output: str) -> bytes:
    return b"".join(_field(1, each) for each in inputs) + _field(2, output) + _field(4, kind)


def linear_model(rows: Sequence[Sequence[float]], shape: Sequence[int]) -> bytes:
    """Return a model that flattens its input and multiplies it with a matrix of *rows*."""
    columns = len(rows[0])
    raw = struct.pack(f"<{len(rows) * columns}f", *(value for row in rows for value in row))
    matrix = _field(1, len(rows)) + _field(1, columns) + _field(2, _FLOAT) + _field(8, "w") + _field(9, raw)
    graph = (
        _field(1, _node("Flatten", ["x"], "flat"))
        + _field(1, _node("MatMul", ["flat", "w"], "y"))
        + _field(2, "tiny")
        + _field(5, matrix)
        + _field(11, _value_info("x", shape))
        + _field(12, _value_info("y", [1, columns]))
    )
    return _field(1, 8) + _field(7, graph) + _field(8, _field(1, "") + _field(2, 13))
