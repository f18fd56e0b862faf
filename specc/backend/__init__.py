"""The back end: a plan becomes a Keras model that is trained, saved, reloaded and asked.

The only package that imports Keras. Importing `specc.backend` itself, `.start`, `.seeds` and
`.wire` does not; call `start.start()` before importing any other module of it.
"""
