"""Inputs that mean harm, or are far larger than any desk's, and what the kit answers to them."""
