import sys

# As the commands do: jsonschema, under nbformat, would build a grammar of web addresses for 2 s in every process.
sys.modules.setdefault("rfc3987_syntax", None)
