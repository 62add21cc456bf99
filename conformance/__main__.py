"""python -m ocpi_conformance.conformance"""

import sys

from .cli import main

sys.exit(main())
