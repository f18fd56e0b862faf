"""The language server: what editors show of a spec while it is written."""
