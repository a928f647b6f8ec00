"""Quick View: short analytical reports on political and conflict events."""

__version__ = "0.1.0"
