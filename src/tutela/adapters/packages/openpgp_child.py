"""The process that encrypts with OpenPGP: key and package come through its standard input, and nothing else does.

A process of its own, because the library keeps Python's lock while it reads, so that nobody could feed it in the same
one; and because a foreign parser of keys is better off where no key of ours is. Runs alone, with the library.
"""

import os
import sys

LENGTH_BYTES = 8


def _exactly(size: int) -> bytes:
    read = b""
    while len(read) < size and (piece := os.read(0, size - len(read))):
        read += piece
    return read


def main(target: str) -> None:
    """Encrypt what comes after the key into the file *target*."""
    import pysequoia  # noqa: PLC0415  # an extra

    key = _exactly(int.from_bytes(_exactly(LENGTH_BYTES), "big"))
    cert = pysequoia.Cert.from_bytes(key)
    pysequoia.encrypt_file("/dev/stdin", target, recipients=[cert], armor=False)


if __name__ == "__main__":
    main(sys.argv[1])
