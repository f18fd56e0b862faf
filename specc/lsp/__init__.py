"""The language server: what editors show of a spec while it is written.

| module | is about |
|---|---|
| `text` | lines, characters and offsets |
| `outline`, `lenient`, `literals` | what stands where in a document, also in a half-written one |
| `slots` | what the language has at a path |
| `scene`, `names` | what the document itself has, and which names may stand where |
| `plans`, `shapes` | what the last check knows of the model, and how it is told |
| `completion`, `hover`, `definition`, `symbols`, `hints` | an answer each |
| `snippets`, `meaning` | what is written for a choice; what the plan makes of a place |
| `actions`, `ignoring` | fixes and ignores, judged before they are offered |
| `board`, `views`, `desk` | documents that are open, checked again and again |
| `wire`, `server` | the protocol; the only two modules that know it |
"""
