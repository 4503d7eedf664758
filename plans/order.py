"""Circles in 'A waits for B'."""

from collections.abc import Iterator, Mapping, Sequence

MAX_CYCLES = 20


def cycles(edges: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """Circles, each as its codes with the first again at the end; at most 20 of them, none only
    where there is none. Codes without an entry lead nowhere.

    Without recursion, so that a long chain is no danger.
    """
    found: list[list[str]] = []
    finished: set[str] = set()
    for first in edges:
        if first in finished:
            continue
        path: list[str] = [first]
        on_path = {first}
        ahead: list[Iterator[str]] = [iter(edges[first])]
        while path:
            code = next(ahead[-1], None)
            if code is None:
                ahead.pop()
                done = path.pop()
                on_path.discard(done)
                finished.add(done)
            elif code in on_path:
                found.append([*path[path.index(code) :], code])
                if len(found) == MAX_CYCLES:
                    return found
            elif code in edges and code not in finished:
                path.append(code)
                on_path.add(code)
                ahead.append(iter(edges[code]))
    return found
