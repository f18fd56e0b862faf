"""Names of a saved model as a spec takes them: readable, and each once."""

from __future__ import annotations

import re

from specc.record import Record, field

LONGEST = 64  # letters of a name in a spec
GOOD = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
STRANGE = re.compile(r"[^A-Za-z0-9]+")


class Names(Record):
    """The names of one scope, which grow. `full`: those of the whole model, with prefixes.

    `begin`: what the name of every layer begins with, where the layers of a nested model stand
    among those of the outer one.
    """

    prefix: str = ""
    full: set[str] = field(default_factory=set)
    local: set[str] = field(default_factory=set)
    begin: str = ""

    def inner(self, name: str) -> Names:
        """The scope of a group or block of that name."""
        return Names(f"{self.prefix}{name}_", self.full)

    def among(self, model: str) -> Names:
        """The same scope, for the layers of a nested model in it."""
        return Names(self.prefix, self.full, self.local, f"{self.begin}{spelled(model)}_")

    def take(self, wanted: str, otherwise: str = "layer") -> str:
        """A free name, as near to the wanted one as a spec allows."""
        base = spelled(wanted, otherwise)
        number = 1
        while True:
            name = base if number == 1 else f"{base[:LONGEST - 6]}_{number}"
            if name not in self.local and f"{self.prefix}{name}" not in self.full:
                self.local.add(name)
                self.full.add(f"{self.prefix}{name}")
                return name
            number += 1

    def of_layer(self, wanted: str) -> str:
        """A name for a layer; what its group's name says already is left out."""
        if self.begin:
            own = wanted if wanted.startswith(self.begin) else self.begin + wanted
            return self.take(own if len(own) <= LONGEST else wanted)
        bare = wanted.removeprefix(self.prefix)
        return self.take(bare if bare[:1].isalpha() else wanted)

    def kept(self) -> tuple[set[str], set[str]]:
        """What is taken now, to go back to."""
        return set(self.full), set(self.local)

    def back(self, kept: tuple[set[str], set[str]]) -> None:
        for names, before in zip((self.full, self.local), kept, strict=True):
            names.intersection_update(before)


def spelled(wanted: str, otherwise: str = "layer") -> str:
    """`block/conv:0` as `block_conv_0`; what a name may not have becomes `_`."""
    name = wanted if GOOD.fullmatch(wanted) else STRANGE.sub("_", wanted).strip("_")
    if not name[:1].isalpha():
        name = f"{otherwise}_{name}" if name else otherwise
    return name[:LONGEST]
