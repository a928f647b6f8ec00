"""From a notebook and a brief to an executed notebook, and from that to HTML and PDF."""
