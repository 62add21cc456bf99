"""What the specification says, as data, and the reading of it. Knows no other folder."""
