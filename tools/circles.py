"""circles - files that call each other in a circle, and those of which docs/architecture.md names the reason

Under the heading "Circles of files" the page has a table; the first column of a row names files of one circle by their
paths below src/ without ending: `doc/at`, `doc/tree`; a last name may stand for all files of a folder: `metrics/*`.
"""
import re

import house


def named(page=house.PAGE):
    """The circles of the page: lists of patterns."""
    section = re.search(r"^## Circles of files\n(.*?)(?=^## |\Z)", page.read_text(), re.M | re.S)
    rows = re.findall(r"^\| (`.*?) \|", section.group(1), re.M) if section else []
    return [re.findall(r"`([^`]+)`", row) for row in rows]


def is_named(circle, rows):
    for row in rows:
        folders = tuple(name[:-1] for name in row if name.endswith("/*"))
        if all(file in row or (folders and file.startswith(folders)) for file in circle):
            return True
    return False


def find(calls):
    """calls: file -> files that it calls. The circles, each a sorted list of files (Tarjan's components)."""
    index, low, stack, circles = {}, {}, [], []

    def visit(file):
        index[file] = low[file] = len(index)
        stack.append(file)
        for other in sorted(calls.get(file, ())):
            if other not in index:
                visit(other)
            if other in stack:
                low[file] = min(low[file], low[other])
        if low[file] == index[file]:
            at = stack.index(file)
            circle = sorted(stack[at:])
            del stack[at:]
            if len(circle) > 1:
                circles.append(circle)

    for file in sorted(calls):
        if file not in index:
            visit(file)
    return sorted(circles)
