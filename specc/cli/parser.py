"""The commands and their options, as `--help` shows them."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from specc.cli.reading import CHECK
from specc.stages import STAGES

FORMATS = ("full", "concise", "json", "github", "sarif")
EXIT_CODES = """exit codes:
  0  nothing found (or all of it fixed)
  1  something found: an error, a failed expectation, budget or golden, a NaN loss
  2  could not work: wrong usage, unreadable or missing file, no file matched, missing back end
"""
LANGUAGE_SERVER = """A language server for *.specc.toml and *.specc.json, which editors start. It
speaks the Language Server Protocol over stdin and stdout; in a terminal it is of no use.

  findings     while you type, with what your open base files say before they are written
  hover        shapes, parameters and FLOPs of a layer; arguments, keys, expressions, codes
  completion   layers, arguments, words, names, columns, expressions, also in half a line
  code actions the fixes of `specc check --fix`, all of them at once, [lint] ignores
  and          inlay hints, symbols, going to where a name is defined

Needs pip install "specc[lsp]"; no Keras. README.md says how editors are told of it."""
LSP_CODES = """initialization options:
  inlayHints   false for no shapes at the ends of lines

exit codes:
  0  the editor shut it down
  1  the editor left without
  2  pygls is not installed
"""


def later(module: str, name: str) -> Callable[[argparse.Namespace], int]:
    """The command `name` of `specc.cli.<module>`, imported when it is run."""
    def command(options: argparse.Namespace) -> int:
        return int(getattr(import_module(f"specc.cli.{module}"), name)(options))

    return command


def version() -> str:
    from importlib.metadata import version as installed

    return f"specc {installed('specc')}"


class Version(argparse.Action):
    """`--version`, looked up only when asked."""

    def __init__(self, option_strings: Sequence[str], dest: str, **rest: Any) -> None:
        super().__init__(option_strings, dest, nargs=0, help="show the version and exit")

    def __call__(self, parser: argparse.ArgumentParser, *rest: Any) -> None:
        print(version())
        parser.exit()


class Given(argparse.Action):
    """An option that is also kept by name in `given`, as its default may be given too."""

    def __call__(self, parser: argparse.ArgumentParser, options: argparse.Namespace,
                 values: Any, name: str | None = None) -> None:
        setattr(options, self.dest, values)
        options.given = (*options.given, f"--{self.dest}")


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="specc", description="Check, compile, run and test model specs for Keras.",
        epilog=EXIT_CODES, formatter_class=argparse.RawDescriptionHelpFormatter)
    top.add_argument("--version", action=Version)
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def add(name: str, module: str, function: str, text: str) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".",
                                  epilog=EXIT_CODES,
                                  formatter_class=argparse.RawDescriptionHelpFormatter)
        one.set_defaults(command=later(module, function))
        return one

    _reading(add)
    _running(add)
    return top


Add = Callable[[str, str, str, str], argparse.ArgumentParser]


def _reading(add: Add) -> None:
    """The commands that never import Keras."""
    one = add("check", "reading", "check", "say everything that is wrong with specs, without Keras")
    one.add_argument("paths", nargs="+", metavar="PATH",
                     help="spec files; folders are searched for *.specc.toml and *.specc.json; "
                          "- is stdin")
    one.add_argument("--format", choices=FORMATS, default="full", help="how findings are printed")
    one.add_argument("--fix", action="store_true",
                     help="write the certain fixes into the files, comments and layout kept; "
                          "of stdin the fixed text goes to stdout")
    one.add_argument("--diff", action="store_true",
                     help="show what --fix would write, and write nothing")
    one.add_argument("--select", action="append", default=[], metavar="CODE",
                     help="only these codes or families (PA, PA101); commas or repeats")
    one.add_argument("--ignore", action="append", default=[], metavar="CODE",
                     help="not these warnings; errors cannot be ignored")
    one.add_argument("--strict", action="store_true", help="warnings fail too")
    one.add_argument("--data", action="store_true", help="read the rows too (needs specc[run])")
    one.add_argument("--keras", metavar="VERSION",
                     help="say what this Keras lacks of the specs: --keras 3.10")
    _settings(one)
    one.set_defaults(**CHECK)

    one = add("summary", "reading", "summary",
              "show layers, shapes, parameters, FLOPs and memory, without Keras")
    one.add_argument("spec", metavar="SPEC")
    one.add_argument("--format", choices=("text", "json"), default="text")
    _settings(one)

    one = add("import", "importing", "import_spec",
              "write a saved Keras model as a spec, without Keras and without running its code")
    one.add_argument("model", metavar="MODEL",
                     help="a .keras archive, its config.json, or what model.to_json() gave; "
                          "- is stdin")
    one.add_argument("-o", "--output", default="-", metavar="SPEC",
                     help="the spec to write, TOML unless its name ends in .json; - is stdout, "
                          "the default")
    one.add_argument("--force", action="store_true", help="overwrite a spec that is there")
    one.add_argument("--no-fold", dest="fold", action="store_false",
                     help="every layer on its own line, under its own name")
    one.add_argument("--no-compile", dest="training", action="store_false",
                     help="leave out optimizer, losses and metrics")

    one = add("explain", "reference", "explain", "print the page of a code or a rule's name")
    one.add_argument("code", metavar="CODE")
    one = add("rules", "reference", "rules", "list every code, its severity and its claim")
    one.add_argument("--format", choices=("text", "json"), default="text")
    one = add("ops", "components", "ops", "list Keras's components, or show one with its arguments")
    one.add_argument("name", nargs="?", metavar="NAME",
                     help="a component, or a category: layer, optimizer, loss, ...")
    one.add_argument("--format", choices=("text", "json"), default="text")
    add("schema", "reference", "schema", "print the JSON Schema of the language, for editors")
    one = add("lsp", "serving", "lsp", "answer an editor: findings, hovers, completion, fixes")
    one.description = LANGUAGE_SERVER
    one.epilog = LSP_CODES
    one.add_argument("--stdio", action="store_true",
                     help="speak over stdin and stdout; there is no other way, and some editors "
                          "say it")


def _running(add: Add) -> None:
    """The commands that build, train or use a model."""
    one = add("compile", "running", "compile_spec", "build a spec's model and save it untrained")
    one.add_argument("spec", metavar="SPEC")
    one.add_argument("-o", "--output", required=True, metavar="MODEL.keras")
    _settings(one)

    one = add("run", "running", "run", "train, evaluate, save, reload and predict, into a folder")
    one.add_argument("spec", nargs="?", metavar="SPEC",
                     help="a spec; with --resume also a run's folder, or nothing: the newest")
    one.set_defaults(given=())
    one.add_argument("--out", action=Given, default="runs", metavar="FOLDER",
                     help="where run folders go")
    one.add_argument("--resume", action="store_true",
                     help="go on with the newest unfinished run of SPEC, to the bits that it would "
                          "have ended with")
    one.add_argument("--inexact", action="store_true",
                     help="--resume although specc, Keras or the back end are other ones by now")
    one.add_argument("--verify", nargs="?", const="", metavar="EPOCHS",
                     help="train twice for some epochs (3) and compare every bit; keeps nothing")
    one.add_argument("--quiet", action="store_true", help="no progress")
    one.add_argument("--diagnose", action=Given, choices=("off", "epoch", "full"),
                     default="epoch",
                     help="look for what goes wrong in training: not at all, after ever fewer "
                          "epochs, or after each")
    one.add_argument("--no-fast", dest="fast", action="store_false",
                     help="train in Keras's own loop; the numbers are the same")
    _settings(one)

    one = add("lr", "running", "lr", "try learning rates over a few steps, and suggest one")
    one.add_argument("spec", metavar="SPEC")
    one.add_argument("--out", default="lr.png", metavar="PICTURE.png", help="the picture to write")
    one.add_argument("--min", dest="low", type=float, default=1e-6, metavar="RATE",
                     help="the rate of the first step (1e-6)")
    one.add_argument("--max", dest="high", type=float, default=10.0, metavar="RATE",
                     help="the rate of the last step (10); it ends before where the loss "
                          "diverges")
    one.add_argument("--steps", type=int, default=200, metavar="N", help="of training (200)")
    one.add_argument("--format", choices=("text", "json"), default="text")
    _settings(one)

    one = add("evaluate", "running", "evaluate", "measure a finished run again, or on new data")
    one.add_argument("run", metavar="RUN")
    one.add_argument("data", nargs="?", metavar="DATA", help="a table of raw columns and targets")
    one.add_argument("--format", choices=("text", "json"), default="text")

    one = add("predict", "running", "predict", "predict with a finished run from raw columns")
    one.add_argument("run", metavar="RUN")
    one.add_argument("data", metavar="DATA", help="a table of raw columns")
    one.add_argument("-o", "--output", metavar="OUT.csv", help="default: stdout")

    one = add("report", "reporting", "report", "write report.html anew, from a run's folder alone")
    one.add_argument("runs", nargs="+", metavar="RUN")
    one.add_argument("-o", "--output", metavar="OUT.html", help="default: RUN/report.html")

    one = add("compare", "reporting", "compare", "show runs side by side, curves in one picture")
    one.add_argument("runs", nargs="+", metavar="RUN")
    one.add_argument("-o", "--output", default="compare.png", metavar="PICTURE.png")
    one.add_argument("--html", metavar="FILE", help="the same as one page without network")
    one.add_argument("--format", choices=("text", "json"), default="text")
    one.add_argument("--json", dest="format", action="store_const", const="json",
                     help="short for --format json")

    one = add("tune", "running", "tune", "search [tune.space] and refit the best")
    one.add_argument("spec", metavar="SPEC")
    one.add_argument("--out", default="runs", metavar="FOLDER")
    one.add_argument("--jobs", type=int, default=1, metavar="N", help="processes")
    one.add_argument("--quiet", action="store_true", help="no progress")
    _settings(one)

    one = add("test", "running", "test", "hold specs to their whole contract, with pytest")
    held = "\n".join(f"  {stage.name:13}  {stage.holds}" for stage in STAGES)
    one.epilog = f"stages:\n{held}\n\n{EXIT_CODES}"
    one.add_argument("paths", nargs="*", metavar="PATH",
                     help="specs and folders of them; may be left out with --update-golden")
    one.add_argument("--stage", action="append", default=[], metavar="STAGE",
                     choices=[stage.name for stage in STAGES], help="this stage only; repeatable")
    one.add_argument("--fast", action="store_true", help="no stage that needs a whole run")
    one.add_argument("--quick", action="store_true", help="check and golden only")
    one.add_argument("--jobs", type=int, default=1, metavar="N",
                     help="processes (needs pytest-xdist)")
    one.add_argument("--update-golden", action="append", default=[], metavar="SPEC",
                     help="rewrite the golden of this spec, showing what moved; refused in CI")
    one.add_argument("--mutants", action="store_true",
                     help="change one thing at a time, and count which changes the goldens see")
    one.add_argument("--format", choices=("text", "json"), default="text",
                     help="of what --mutants found")

    _measuring(add)


def _measuring(add: Add) -> None:
    """The commands that measure, and those that compare back ends."""
    one = add("bench", "measuring", "bench",
              "measure import, check, build, step, epoch, predict and memory")
    one.add_argument("spec", metavar="SPEC")
    one.add_argument("against", nargs="?", metavar="OTHER",
                     help="another spec, measured in turns with SPEC; each figure gets a verdict")
    one.add_argument("--format", choices=("text", "json"), default="text")
    one.add_argument("--figures", metavar="NAME,...",
                     help="only these: import, check, rows, build, first_step, step, epoch, "
                          "twin_epoch, predict_1, memory, ...")
    one.add_argument("--device", choices=("auto", "cpu", "gpu"), default="auto",
                     help="exit code 2 where the back end sees no GPU")
    one.add_argument("--timer", choices=("wall", "cpu"), default="wall",
                     help="cpu: the processor time of all threads, for busy machines; not for GPUs")
    one.add_argument("--rounds", type=int, metavar="N",
                     help="at least (5; 9 where a verdict is asked for)")
    one.add_argument("--max-time", dest="seconds", type=float, metavar="SECONDS",
                     help="of a figure and a spec; there are more rounds until then (2)")
    one.add_argument("--processes", type=int, metavar="N",
                     help="fresh ones, for importing and memory (3, 5); 0: leave these out")
    one.add_argument("--twin", metavar="FILE",
                     help="a Python file with `def model()`, whose compiled keras.Model is trained "
                          "beside; default: the spec's model by plain `fit`. Runs the file")
    one.add_argument("--save", action="store_true", help="store the result")
    one.add_argument("--compare", action="store_true",
                     help="judge against the newest stored result of the same spec and machine")
    one.add_argument("--baseline", metavar="RESULT",
                     help="judge against this stored result: the number its file begins with, or a "
                          "path; the spec may have changed since")
    one.add_argument("--storage", metavar="FOLDER", help="of stored results (.benchmarks)")
    one.add_argument("--fail-slower", type=float, metavar="PERCENT",
                     help="exit code 1 where a figure is shown to be slower by more")
    one.add_argument("--quiet", action="store_true", help="no progress")
    _settings(one)

    one = add("backends", "measuring", "backends",
              "compare TensorFlow, JAX and torch on a spec, from the same weights")
    one.add_argument("spec", metavar="SPEC")
    one.add_argument("--backends", metavar="NAME,...",
                     help="tensorflow, jax, torch; the others are compared with the first. "
                          "Default: those installed here, and those of --python")
    one.add_argument("--python", action="append", default=[], metavar="NAME=PYTHON",
                     help="the Python of an environment that has this back end, and specc")
    one.add_argument("--epochs", type=int, default=3, metavar="N", help="to train (3)")
    one.add_argument("--format", choices=("text", "json"), default="text")
    one.add_argument("--quiet", action="store_true", help="no progress")
    _settings(one)


def _settings(one: argparse.ArgumentParser) -> None:
    one.add_argument("--set", dest="settings", action="append", default=[], metavar="KEY=VALUE",
                     help="override a value: --set fit.epochs=3, --set params.units=64")
