"""The contract: what a brief may say, how it is read and how it is checked."""
