"""`specc bench` and `pytest --specc-bench`: what a spec costs, and whether it is more than before.

| module     | holds                                                                            |
|------------|----------------------------------------------------------------------------------|
| `figures`  | what is measured, as a table                                                     |
| `measures` | how: for each, what is prepared and what one round is                            |
| `fresh`    | what needs a process of its own: importing Keras, the most memory                |
| `clock`    | rounds, by pytest-benchmark; sides take turns                                    |
| `verdict`  | faster, slower, no difference shown, no baseline                                 |
| `stored`   | results of earlier runs, in pytest-benchmark's files                             |
| `twin`     | the same training by plain Keras                                                 |
| `session`  | a spec measured, start to end                                                    |
| `shown`    | the same as a table and as JSON                                                  |
| `command`  | `specc bench`: pytest underneath, with `specc.plugin.measuring`                |
"""
