"""A Chromium for tests that counts what a page asks for and complains of."""

import os
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import sync_playwright
from quickview.publishing import chromium


@dataclass
class Visit:
    """A page that was opened from disk, with every request to a host and every complaint."""

    page: object
    requests: list = field(default_factory=list)
    complaints: list = field(default_factory=list)


@pytest.fixture(scope="session")
def engine():
    with sync_playwright() as playwright:
        arguments = ["--disable-dev-shm-usage", "--disable-background-networking"]
        as_root = hasattr(os, "geteuid") and os.geteuid() == 0
        running = playwright.chromium.launch(
            executable_path=chromium.find(), args=arguments, chromium_sandbox=not as_root
        )
        yield running
        running.close()


@pytest.fixture
def visit(engine):
    contexts = []

    def open_page(path, *, width=1440, scheme="light", scripts=True, media=None):
        context = engine.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=scripts
        )
        contexts.append(context)
        made = Visit(context.new_page())
        made.page.on("request", lambda r: None if r.url.startswith(("file:", "data:")) else made.requests.append(r.url))
        made.page.on("console", lambda m: made.complaints.append(m.text) if m.type in {"error", "warning"} else None)
        made.page.on("pageerror", lambda e: made.complaints.append(str(e)))
        if media:
            made.page.emulate_media(media=media)
        made.page.goto(path.resolve().as_uri())
        return made

    yield open_page
    for context in contexts:
        context.close()
