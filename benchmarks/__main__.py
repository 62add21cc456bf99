"""python -m benchmarks [NAME ...]: run all measurements, or the named ones; nothing is asserted."""

import sys
from importlib import import_module

NAMES = ("startup", "judging", "pricing", "serving", "replay")


def main() -> int:
    """Run measurements one after the other."""
    wanted = sys.argv[1:] or NAMES
    unknown = [name for name in wanted if name not in NAMES]
    if unknown:
        print(f"no benchmark {', '.join(unknown)}; there are {', '.join(NAMES)}", file=sys.stderr)
        return 4
    for name in wanted:
        module = import_module(f"benchmarks.{name}")
        print(f"== {name}: {(module.__doc__ or '').splitlines()[0]}", flush=True)
        module.main()
    return 0


if __name__ == "__main__":
    sys.exit(main())
