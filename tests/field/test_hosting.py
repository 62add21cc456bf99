"""A platform that can't be hosted says why; hosting itself is shown by `make field`."""

import sys
from pathlib import Path

import pytest

from .hosting import HostError, hosted


def test_a_missing_environment_is_named(tmp_path):
    with (
        pytest.raises(HostError, match="make field"),
        hosted(tmp_path / "bin" / "python", "cpo", mended=False, folder=tmp_path / "host"),
    ):
        pass


def test_a_platform_without_its_library_says_what_is_missing(tmp_path):
    """This environment has no py_ocpi: the host application ends at once."""
    with (
        pytest.raises(HostError, match="No module named 'py_ocpi'"),
        hosted(Path(sys.executable), "cpo", mended=False, folder=tmp_path / "host"),
    ):
        pass
