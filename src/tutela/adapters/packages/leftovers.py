"""Clear away packages that were made to be sent, and whose process was killed before it was done."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from tutela.core.filing.exports import FOLDER


def sweep_packages(var: Path, before: datetime) -> int:
    """Delete folders of packages that nothing was written into since *before*; return how many went."""
    gone = 0
    for folder in sorted(var.glob(f"{FOLDER}*")):
        try:
            is_old = folder.is_dir() and datetime.fromtimestamp(folder.stat().st_mtime, UTC) < before
        except FileNotFoundError:  # sent in this very moment
            continue
        if is_old:
            shutil.rmtree(folder, ignore_errors=True)
            gone += not folder.exists()
    return gone
