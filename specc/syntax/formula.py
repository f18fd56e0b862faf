"""One formula: read by `ast`, walked over an allow-list, computed within bounds.

Nothing is compiled, imported or called but four functions on numbers. Every operation is bounded
before it is done, so that no formula can take time or room. What cannot be computed is a
`Refusal`, a value like any other.
"""

from __future__ import annotations

import ast
import math
import operator
import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

from specc.source import Tree
from specc.syntax import errors
from specc.syntax.refusal import CONSTANTS, LENGTH, Formula, Refusal, name_alone

NESTING = 40  # operators in one another
EXPONENT = 64
WHOLE = 2**53  # where whole numbers and floats still agree
TEXT = 10_000  # characters of a text that is computed


FUNCTIONS = ("min", "max", "round", "abs")
_ARITHMETIC: dict[type[ast.operator], tuple[str, Callable[[Any, Any], Any]]] = {
    ast.Add: ("+", operator.add),
    ast.Sub: ("-", operator.sub),
    ast.Mult: ("*", operator.mul),
    ast.Div: ("/", operator.truediv),
    ast.FloorDiv: ("//", operator.floordiv),
    ast.Mod: ("%", operator.mod),
    ast.Pow: ("**", operator.pow),
}
_ORDER: dict[type[ast.cmpop], tuple[str, Callable[[Any, Any], bool]]] = {
    ast.Lt: ("<", operator.lt),
    ast.LtE: ("<=", operator.le),
    ast.Gt: (">", operator.gt),
    ast.GtE: (">=", operator.ge),
}
_ALLOWED = (
    ast.Constant, ast.Name, ast.Attribute, ast.UnaryOp, ast.BinOp, ast.Compare, ast.BoolOp,
    ast.IfExp, ast.Call, ast.Load, ast.Eq, ast.NotEq, ast.And, ast.Or, ast.Not, ast.USub, ast.UAdd,
    *_ARITHMETIC, *_ORDER,
)
_ONE_VALUE = "an expression gives one value; write the list in the file, expressions in it"
_SAID: dict[type[ast.AST], str] = {
    ast.BitXor: "there is no `^`; a power is `**`",
    ast.BitAnd: "there is no `&`; write `and`",
    ast.BitOr: "there is no `|`; write `or`",
    ast.Invert: "there is no `~`; write `not`",
    ast.List: _ONE_VALUE,
    ast.Tuple: _ONE_VALUE,
    ast.Subscript: "there is no indexing; give the value a name in `[params]`",
    ast.In: "there is no `in`; compare with `==` and `or`",
    ast.NotIn: "there is no `not in`; compare with `!=` and `and`",
    ast.Is: "there is no `is`; compare with `==`",
    ast.IsNot: "there is no `is not`; compare with `!=`",
    ast.JoinedStr: "there are no f-strings; join texts with `+`",
}


@lru_cache(maxsize=4096)
def parse(text: str) -> Formula | Refusal:
    """The formula behind the `=` of a text; all that it must not hold is refused here."""
    if len(text) > LENGTH:
        return _word(f"an expression has at most {LENGTH} characters; this has {len(text)}")
    body = text[1:].strip()
    if not body:
        return Refusal(errors.expression_syntax, {
            "problem": "nothing stands after `=`; the text `=` is written `==`"})
    if (name := name_alone(text)) is not None:
        return name
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd escapes in texts; the parse stands
            tree = ast.parse(body, mode="eval").body
    except SyntaxError as wrong:
        return Refusal(errors.expression_syntax, {"problem": _syntax(body, wrong.msg)})
    except (ValueError, MemoryError, RecursionError):
        return Refusal(errors.expression_syntax, {"problem": _syntax(body, "")})
    return _forbidden(tree) or tree


def names(formula: Formula) -> Iterator[str]:
    """The names a formula uses, in no order; a dotted name is one."""
    if isinstance(formula, str):
        yield formula
        return
    todo: list[ast.AST] = [formula]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Name | ast.Attribute):
            if (name := _dotted(node)) and name not in CONSTANTS:
                yield name
        elif isinstance(node, ast.Call):
            todo.extend(node.args)
        else:
            todo.extend(ast.iter_child_nodes(node))


def compute(formula: Formula, known: Mapping[str, Tree]) -> Tree | Refusal:
    """The value, given one for every name in the formula."""
    match formula:
        case str():
            return known[formula]
        case ast.Constant(value=value):
            return _bounded(value)
        case ast.Name() | ast.Attribute():
            name = _dotted(formula) or ""
            return CONSTANTS[name] if name in CONSTANTS else known[name]
        case ast.UnaryOp(op=sign, operand=operand):
            return _unary(sign, compute(operand, known))
        case ast.BinOp(left=left, op=sign, right=right):
            pair = [compute(left, known), compute(right, known)]
            return _refused(pair) or _binary(sign, *pair)
        case ast.BoolOp(op=sign, values=parts):
            return _logic(isinstance(sign, ast.Or), parts, known)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            chosen = compute(test, known)
            if isinstance(chosen, Refusal):
                return chosen
            return compute(body if chosen else orelse, known)
        case ast.Compare(left=left, ops=signs, comparators=rest):
            return _chain([left, *rest], signs, known)
        case ast.Call(func=ast.Name(id=name), args=args):
            given = [compute(one, known) for one in args]
            return _refused(given) or _call(name, given)
    raise AssertionError(f"not in the allow-list: {formula}")


def _forbidden(tree: ast.expr) -> Refusal | None:
    todo: list[tuple[ast.AST, int]] = [(tree, 0)]
    while todo:
        node, depth = todo.pop()
        if depth > NESTING:
            return _word(f"operators stand more than {NESTING} deep in one another")
        if type(node) not in _ALLOWED:
            return _word(_SAID.get(type(node), "expressions have no such thing as "
                                               f"`{_shown(node)}`"))
        match node:
            case ast.Attribute() if _dotted(node) is None:
                return _word(f"`{_shown(node)}` is not a name")
            case ast.Constant(value=value) if not isinstance(
                    value, bool | int | float | str | None):
                return _word(f"`{_shown(node)}` is not a value of a spec")
            case ast.Call(func=function, args=args, keywords=keywords):
                if not isinstance(function, ast.Name) or function.id not in FUNCTIONS:
                    return _word(f"`{_shown(function)}` is not a function here; there are "
                                 + ", ".join(f"`{one}`" for one in FUNCTIONS))
                if keywords:
                    return _word(f"`{function.id}` takes no arguments by name")
                todo.extend((one, depth + 1) for one in args)
                continue
        todo.extend((one, depth + 1) for one in ast.iter_child_nodes(node))
    return None


def _dotted(node: ast.AST) -> str | None:
    """`inputs.deck.size` of a chain of attributes; None if it does not begin with a name."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else None


def _bounded(value: Tree) -> Tree | Refusal:
    """A number within bounds, or any other value as it is."""
    if isinstance(value, complex):
        return _fails("the power of a negative number by a fraction is not a number")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    if not math.isfinite(value) or abs(value) >= WHOLE:
        return _fails("the result is too large; numbers stay under 2^53")
    return value


def _unary(sign: ast.unaryop, value: Tree | Refusal) -> Tree | Refusal:
    if isinstance(value, Refusal):
        return value
    if isinstance(sign, ast.Not):
        return not value
    if not _is_number(value):
        return _fails(f"a sign stands before {_called(value)}")
    return -value if isinstance(sign, ast.USub) else value


def _binary(sign: ast.operator, left: Tree, right: Tree) -> Tree | Refusal:
    """Arithmetic on numbers; `+` of two texts and `*` of a text and a whole number."""
    shown, operate = _ARITHMETIC[type(sign)]
    if not (_is_number(left) and _is_number(right)):
        return _join(shown, left, right)
    if refusal := _refused([_bounded(left), _bounded(right)]):
        return refusal
    if shown == "**" and abs(right) > EXPONENT:
        return _fails(f"the exponent {right} is beyond {EXPONENT}")
    try:
        return _bounded(operate(left, right))
    except ZeroDivisionError:
        return _fails(f"division by zero: `{left} {shown} {right}`")
    except OverflowError:
        return _fails("the result is too large; numbers stay under 2^53")


def _join(shown: str, left: Tree, right: Tree) -> Tree | Refusal:
    size = TEXT + 1
    if shown == "+" and isinstance(left, str) and isinstance(right, str):
        size = len(left) + len(right)
    elif shown == "*" and isinstance(left, str) and _is_whole(right):
        size = len(left) * right
    elif shown == "*" and _is_whole(left) and isinstance(right, str):
        size = left * len(right)
    else:
        return _fails(f"`{shown}` does not take {_called(left)} and {_called(right)}")
    if size > TEXT:
        return _fails(f"the text would have {size:,} characters, more than {TEXT:,}")
    return left + right if shown == "+" else left * right


def _logic(is_or: bool, parts: Sequence[ast.expr], known: Mapping[str, Tree]) -> Tree | Refusal:
    """`and` and `or` as Python has them: the first part that decides, as it is."""
    value: Tree | Refusal = not is_or
    for part in parts:
        value = compute(part, known)
        if isinstance(value, Refusal) or bool(value) is is_or:
            return value
    return value


def _chain(parts: Sequence[ast.expr], signs: Sequence[ast.cmpop],
           known: Mapping[str, Tree]) -> bool | Refusal:
    """`a < b < c`: every neighbouring pair, up to the first that does not hold."""
    values = [compute(part, known) for part in parts]
    if refusal := _refused(values):
        return refusal
    for (left, right), sign in zip(pairwise(values), signs, strict=True):
        holds = _compare(sign, left, right)
        if isinstance(holds, Refusal) or not holds:
            return holds
    return True


def _compare(sign: ast.cmpop, left: Tree, right: Tree) -> bool | Refusal:
    if isinstance(sign, ast.Eq | ast.NotEq):
        same = isinstance(left, bool) is isinstance(right, bool) and bool(left == right)
        return same is isinstance(sign, ast.Eq)
    shown, holds = _ORDER[type(sign)]
    if (_is_number(left) and _is_number(right)) or (
            isinstance(left, str) and isinstance(right, str)):
        return holds(left, right)
    return _fails(f"`{shown}` does not take {_called(left)} and {_called(right)}")


def _refused(values: Sequence[Tree]) -> Refusal | None:
    return next((one for one in values if isinstance(one, Refusal)), None)


def _call(name: str, args: Sequence[Tree]) -> Tree | Refusal:
    if name in ("min", "max"):
        given = args[0] if len(args) == 1 and isinstance(args[0], list) else args
        alike = all(_is_number(one) for one in given) or all(isinstance(one, str) for one in given)
        if not given or not alike or (given is args and len(args) < 2):
            return _fails(f"`{name}` takes two or more numbers")
        return min(given) if name == "min" else max(given)
    if name == "abs":
        return abs(args[0]) if len(args) == 1 and _is_number(args[0]) else _fails(
            "`abs` takes one number")
    if len(args) not in (1, 2) or not _is_number(args[0]) or not all(
            _is_whole(one) and abs(one) <= EXPONENT for one in args[1:]):
        return _fails("`round` takes a number and, if need be, how many digits")
    bounded = _bounded(args[0])
    return bounded if isinstance(bounded, Refusal) else _bounded(round(*args))


def _is_number(value: Tree) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: Tree) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _called(value: Tree) -> str:
    """What a value is, for a sentence; short ones are shown."""
    match value:
        case None:
            return "`none`"
        case bool():
            return f"`{str(value).lower()}`"
        case int() | float():
            return f"the number {value}"
        case str():
            return f'the text "{value}"' if len(value) <= 30 else "a text"
        case list() | tuple():
            return "a list"
    return "a table"


def _shown(node: ast.AST) -> str:
    return ast.unparse(node) if isinstance(node, ast.expr) else type(node).__name__.lower()


def _syntax(body: str, problem: str) -> str:
    detail = re.sub(r" \(.*", "", problem.split(". ")[0]).rstrip(".").replace("'", "`")
    return f"`{body}` is not an expression" + (f": {detail}" if detail else "")


def _word(problem: str) -> Refusal:
    return Refusal(errors.expression_refused, {"problem": problem})


def _fails(problem: str) -> Refusal:
    return Refusal(errors.expression_fails, {"problem": problem})
