"""Files from outside: read with limits, every fault told at its place."""
