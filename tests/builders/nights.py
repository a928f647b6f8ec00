"""What tests of many reports share: cells that need nothing heavy, and waiting for another process."""

import time

PLAIN = """
def block(name, html):
    bundle = {"application/vnd.quickview.block+json": {"id": name, "empty": False, "data": {"title": name}}}
    display({**bundle, "text/html": html}, raw=True)
block("masthead", "<h1>Title</h1>")
"""


def wait_until(holds, seconds):
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.05)
    return holds()
