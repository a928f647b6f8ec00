"""Quick View: short analytical reports on political and conflict events."""

from importlib.metadata import version

__version__ = version("quickview")
