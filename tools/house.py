"""house - which module or room may include which, read from the table "The house" of docs/architecture.md

A place is a folder of src/ ("kube") or a folder in one ("kube/schema"). The last column of its row names the places
that it may include: "kube" is the module's own folder, "kube/*" all its rooms that have a row, "all above" every row
above with its rooms. A room without a row belongs to its module: it may include what the module may, and its
module it; from other modules it is reached only by the headers of the module.
"""
import pathlib
import re

PAGE = pathlib.Path(__file__).resolve().parent.parent / "docs" / "architecture.md"
# "all above" includes the rooms of these modules; those of others are theirs alone.
OPEN_ROOMS = ("kube",)


class House:
    def __init__(self, rows):
        self.order = list(rows)
        self.rows = {place: self.expand(place, words) for place, words in rows.items()}

    def expand(self, place, words):
        if words == ["all"]:
            return set(self.order) | {place}
        allowed = {place}
        above = self.order[:self.order.index(place)]
        for word in words:
            if word.endswith("/*"):
                allowed |= {p for p in self.order if p.startswith(word[:-1])}
            elif word == "all-above":
                allowed |= {p for p in above if "/" not in p or p.split("/")[0] in OPEN_ROOMS}
            elif word == "its-rooms":
                allowed |= {p for p in self.order if p.startswith(place + "/")}
            else:
                allowed.add(word)
        return allowed

    def row_of(self, place):
        """The place whose row counts: its own, or that of its module; None when there is neither."""
        if place in self.rows:
            return place
        module = place.split("/")[0]
        return module if module in self.rows else None

    def may_include(self, source, target):
        mine, theirs = self.row_of(source), self.row_of(target)
        if mine == theirs:
            return True
        # A room without a row is private to its module.
        return target == theirs and theirs in self.rows[mine]


def read(page=PAGE):
    rows = {}
    _, _, section = page.read_text().partition("\n## The house\n")
    for line in re.split(r"\n## ", section)[0].split("\n"):
        cells = [c.strip() for c in line.strip("|").split("|")]
        if not line.startswith("| `") or len(cells) != 3:
            continue
        may_use = cells[2].replace("all above", "all-above").replace("its rooms", "its-rooms")
        words = re.findall(r"[a-z][a-z/*-]*", may_use)
        for place in re.findall(r"`([a-z/]+)/`", cells[0]):
            rows[place] = words
    return House(rows)
