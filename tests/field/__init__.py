"""The suite against platforms on libraries that others published: `python -m tests.field`."""
