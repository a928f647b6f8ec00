"""The analyst's desk: what helps to write a brief, to look at it, to get layers for it, and to send what came of it."""
