"""Where the texts of the specification are, if they are here; and signals as they are at a terminal."""

import os
import signal
import threading
from pathlib import Path

import pytest


def pytest_configure() -> None:
    """A shell lets what it starts in the background ignore Ctrl-C, and that is inherited by all that tests start."""
    if (
        signal.getsignal(signal.SIGINT) is signal.SIG_IGN
        and threading.current_thread() is threading.main_thread()
    ):
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def spec_dir() -> Path:
    """One folder per version: `OCPI_SPEC_DIR`, else `../shared/ocpi-spec` seen from the checkout."""
    checkout = Path(__file__).parents[1]
    folder = Path(os.environ.get("OCPI_SPEC_DIR", checkout.parent / "shared" / "ocpi-spec"))
    if not (folder / "2.2.1").is_dir():
        pytest.skip("the texts of the specification are not here: set OCPI_SPEC_DIR to their folder")
    return folder
