"""MANIFEST.sha256: the digest of every file of an output folder, as `sha256sum --check` reads it."""

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

__all__ = ["MANIFEST", "render"]

MANIFEST = "MANIFEST.sha256"


def render(folder: Path, files: Iterable[Path]) -> str:
    """A line for each of `files`, named as seen from `folder`, in the order of their names.

    Raises:
        OSError: a file can't be read.
    """
    named = sorted((file.relative_to(folder).as_posix(), file) for file in files)
    return "".join(f"{sha256(file.read_bytes()).hexdigest()}  {name}\n" for name, file in named)
