"""The front end: text to `Spec`. Knows the form of a document, not what layers mean."""
