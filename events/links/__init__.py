"""Links of the archive: whether their addresses answer, and which of them are marked as dead."""
