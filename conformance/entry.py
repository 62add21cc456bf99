"""The light entry by which pytest knows this suite.

    pytest --ocpi-conformance ocpi.toml --pyargs ocpi_conformance.scenarios

plays the scenarios under the user's own pytest, with its own plugins (Allure, xdist is not supported). Without the
option nothing of the suite is loaded.
"""

from pathlib import Path

import pytest

OPTION = "--ocpi-conformance"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that switches the suite on."""
    group = parser.getgroup("ocpi-conformance", "OCPI conformance scenarios")
    group.addoption(
        OPTION,
        metavar="CONFIG",
        default=None,
        help="play OCPI conformance scenarios with the settings of this file; - stands for the embedded party",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Open a run where the option was given, and close it with the session."""
    given = config.getoption(OPTION)
    if given is None:
        return
    from .embedding import open_run

    open_run(config, None if given == "-" else Path(given))
