# ruff: noqa: INP001  # a script, no package
"""Somebody who visits the forum: `python examples/visitor.py ada picture.jpg` posts, `... ada` reads."""

import os
import sys
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

_, name, *picture = sys.argv
forum = os.environ.get("FORUM", "http://127.0.0.1:8421")
try:
    with urlopen(f"{forum}/{name}", Path(picture[0]).read_bytes() if picture else None) as answer:  # noqa: S310  # ours
        sys.stdout.write(answer.read().decode())
except HTTPError as error:
    with error:
        sys.stdout.write(error.read().decode())
