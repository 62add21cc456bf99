"""Where the texts of the specification are, if they are here."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def spec_dir() -> Path:
    """One folder per version: `OCPI_SPEC_DIR`, else `../shared/ocpi-spec` seen from the checkout."""
    checkout = Path(__file__).parents[1]
    folder = Path(os.environ.get("OCPI_SPEC_DIR", checkout.parent / "shared" / "ocpi-spec"))
    if not (folder / "2.2.1").is_dir():
        pytest.skip("the texts of the specification are not here: set OCPI_SPEC_DIR to their folder")
    return folder
