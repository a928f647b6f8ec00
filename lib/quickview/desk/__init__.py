"""The analyst's desk: what helps to write a brief, to look at it, and to get layers for it."""
