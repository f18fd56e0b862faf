"""What `specc.testing` refuses at once: names that are not drawn, and what cannot go together."""

from __future__ import annotations

import re
from random import Random
from typing import Any, get_args

import pytest

from specc.pipeline import check_text
from specc.spec import Task
from specc.testing import mistaken, rows, specs, written_as
from specc.testing.composing import KINDS, Wish, chainable, composed, layers
from specc.testing.endings import ENDINGS, losses, tasks
from specc.testing.training import allowed
from specc.testing.wished import refused


@pytest.mark.parametrize(("wish", "says"), [
    ({"kind": "sequentail"}, "no kind that is drawn is called sequentail; did you mean `sequen"),
    ({"kind": "foo"}, "no kind that is drawn is called foo; there are sequential, functional, "),
    ({"layer": "Dens"}, "no layer that is drawn is called Dens; did you mean `Dense`?"),
    ({"layer": "Qux"}, "no layer that is drawn is called Qux"),
    ({"layer": "Input"}, "no layer that is drawn is called Input"),
    ({"layer": "Lambda"}, "no layer that is drawn is called Lambda"),
    ({"layer": 5}, "no layer that is drawn is called 5"),
    ({"loss": "mse"}, "no loss that is drawn is called mse"),
    ({"loss": "Hing"}, "no loss that is drawn is called Hing; did you mean `Hinge`?"),
    ({"task": "Foo"}, "no task that is drawn is called Foo; there are regression, "),
    ({"optimizer": "adam"}, "no optimizer that is drawn is called adam; did you mean `Adam`?"),
    ({"optimizer": ""}, "no optimizer that is drawn is called "),
    ({"loss": "MeanSquaredError", "task": "multiclass"},
     "the loss MeanSquaredError serves no multiclass output"),
    ({"layer": "Add", "kind": "sequential"}, "no sequential model holds Add"),
])
def test_what_is_not_drawn_is_refused_when_it_is_asked_for(
        wish: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(says)}"):
        specs(**wish)


def test_every_name_that_is_drawn_can_be_asked_for() -> None:
    wishes = [*(Wish(kind=one) for one in KINDS), *(Wish(layer=one) for one in layers()),
              *(Wish(layer=one, kind="sequential") for one in chainable()),
              *(Wish(optimizer=one) for one in allowed("optimizer")),
              *(Wish(task=one) for one in tasks()), *(Wish(loss=one) for one in losses()),
              *(Wish(loss=loss, task=end.task) for loss in losses() for end in ENDINGS[loss])]
    assert [one for one in wishes if refused(one)] == []
    assert set(tasks()) == set(get_args(Task))


@pytest.mark.parametrize("task", tasks())
def test_a_task_alone_is_drawn_with_a_loss_that_serves_it(task: Task) -> None:
    for number in range(5):
        document = composed(Random(number), Wish(task=task))
        assert document["outputs"]["y"]["task"] == task
        assert check_text(written_as(document).encode()).errors == ()


def test_codes_counts_and_forms_that_make_no_sense_are_refused() -> None:
    wrong: Any = 5
    with pytest.raises(ValueError, match="no rule is called one of 5, PA101"):
        mistaken(wrong, "PA101")
    document = composed(Random(0), Wish("Dense"))
    for count in (0, -1):
        with pytest.raises(ValueError, match=f"a table has 1 row or more, not {count}"):
            rows(document, count)
    form: Any = "yaml"
    with pytest.raises(ValueError, match="written as toml or json, not as yaml"):
        written_as(document, form)
