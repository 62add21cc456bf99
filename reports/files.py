"""Files written whole or not at all: beside their place, then renamed into it."""

import os
from pathlib import Path

__all__ = ["write"]


def write(path: Path, content: str | bytes) -> Path:
    """Write `content` beside `path`, then rename it there, so that no reader ever sees half of it.

    Text is written as UTF-8; a lone surrogate, which UTF-8 can't hold, becomes a question mark.

    Raises:
        OSError: the folder can't be made or written to.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    data = content.encode("utf-8", "replace") if isinstance(content, str) else content
    try:
        beside.write_bytes(data)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return path
