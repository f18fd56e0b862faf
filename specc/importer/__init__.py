"""A saved Keras model, read as data, written as a spec: no Keras, no code run.

    outcome = import_model("model.keras")     # or config.json, or model.to_json() as bytes
    outcome.value.tree                        # the spec; None where the model was refused
    as_text(outcome.value.tree, "toml", None)
"""

from specc.importer.reading import Imported, import_model
from specc.importer.write import as_text

__all__ = ["Imported", "as_text", "import_model"]
