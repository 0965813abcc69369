"""OAI-PMH 2.0: arguments in, an XML document out; it never sees a request."""

from .protocol import answer

__all__ = ["answer"]
