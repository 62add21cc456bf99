"""A small platform built on py-ocpi: CPO or eMSP over https with data in memory, to point the suite at.

    pip install py-ocpi uvicorn cryptography            # or extrawest-ocpi, which descends from it
    python py_ocpi_host --role cpo --port 8443

It prints one line of JSON when it is ready: where it is, its token A, its trigger hook, the certificate to trust.
Whatever py-ocpi leaves to its host is done here as OCPI asks; what is left is the library's own.
"""

# ruff: noqa: T201 - one line is for the terminal

import argparse
import json
import os
import socket
from pathlib import Path
from typing import Any

from certificate import make_certificate
from holdings import PARTY, Platform


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--role", choices=["cpo", "emsp"], default="cpo", help="what this platform is")
    parser.add_argument("--port", type=int, default=8443, help="where it listens, on 127.0.0.1; 0: anywhere")
    parser.add_argument(
        "--folder", type=Path, default=Path("py-ocpi-host"), help="where the certificate goes"
    )
    parser.add_argument("--mended", action="store_true", help="answer errors and write URLs as OCPI has them")
    options = parser.parse_args()

    listening = socket.create_server(("127.0.0.1", options.port))
    address = f"127.0.0.1:{listening.getsockname()[1]}"
    certificate, key = make_certificate(options.folder, "127.0.0.1")
    role = options.role.upper()
    # py-ocpi reads its settings when it is imported.
    os.environ["OCPI_HOST"] = address
    os.environ["COUNTRY_CODE"], os.environ["PARTY_ID"] = PARTY[role]
    import uvicorn
    from library import application

    platform = Platform(role, f"https://{address}/ocpi/versions")
    app = application(platform, mended=options.mended)
    ready = {
        "versions_url": platform.versions_url,
        "token": platform.invite(),
        "trigger_url": f"https://{address}/trigger",
        "trigger_token": platform.trigger_token,
        "ca_file": str(certificate),
    }

    class Announced(uvicorn.Server):
        async def startup(self, *args: Any, **kwargs: Any) -> None:
            await super().startup(*args, **kwargs)
            print(json.dumps(ready), flush=True)

    Announced(
        uvicorn.Config(
            app,
            ssl_certfile=str(certificate),
            ssl_keyfile=str(key),
            log_level="warning",
        )
    ).run(sockets=[listening])


if __name__ == "__main__":
    main()
