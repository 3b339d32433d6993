"""An example to start from: text that is safe in addresses and file names."""

from .text import slug

__all__ = ["slug"]
__version__ = "0.1.0"
