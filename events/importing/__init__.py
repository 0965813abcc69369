"""Importing: a reader turns a source into a draft, people review it, and the writer saves it as rows."""
