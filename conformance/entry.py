"""The light entry by which pytest knows this suite; the plugin itself is loaded by a run."""
