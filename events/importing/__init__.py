"""How things come in: a source is read into a draft, people look at it, and the draft is written as rows."""
