"""Certain fixes, applied: what `specc check --fix` writes and `--diff` shows.

`edits` puts edits into a text, `rounds` applies fixes as long as they make a spec better, `files`
writes and compares. Imported only when somebody asks for a fix.
"""
