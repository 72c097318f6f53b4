"""
Canonical order: one numbering for every drawing of the same graph.

Two scenes are equal if their nodes can be matched one to one so that concepts, links and root agree. Each
scene gets an order of its nodes that depends on nothing else, so that equality is equality of bytes:

1. *Colour* the nodes by what can be read off each alone: root or not, concept, constants, loops.
2. *Refine*: nodes of one colour that see differently coloured neighbours get different colours, until
   nothing changes (Paige and Tarjan's partition refinement, kept in canonical order as in nauty).
3. Nodes that still share a colour are mostly interchangeable. Links between two colours that join everything
   with everything distinguish nothing, so they are dropped, and what remains falls into *components* that are
   ordered each for itself: 64 equal leaves are 64 components of one node.
4. Inside a component, *individualise*: give one node of a colour a colour of its own, refine, and go on; of
   all choices take the one that reads least. Two choices that lead to the same reading are related by a
   symmetry, so only one of them need be searched (McKay and Piperno, "Practical graph isomorphism II").
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from .links import Link

# For every node its (key, neighbour) pairs; the key stands for a role and a direction.
_Neighbours = dict[int, list[tuple[int, int]]]
_ORDERS, _NODES = 64, 20_000  # orders, and nodes in all of them, that are kept to find symmetries by
_LEFT_OUT = -1  # key of a pair without the link that joins most others
# A reading of a component: colours of its nodes in order, then its links by position.
_Reading = tuple[list[int], list[tuple[int, int, int]]]
# Nodes that a symmetry of the graph takes to each other, in pairs.
_Symmetry = list[tuple[int, int]]


def canonical_order(concepts: Sequence[str], links: Sequence[tuple[int, str, int | str]]) -> list[int]:
    """Return the nodes in canonical order, equal up to symmetry for every numbering of one scene."""
    count = len(concepts)
    if len(set(concepts)) == count:
        return sorted(range(count), key=concepts.__getitem__)
    own: list[list[tuple[str, str]]] = [[] for _ in range(count)]
    inner: list[tuple[int, str, int]] = []
    for source, role, target in links:
        if isinstance(target, str):
            own[source].append((role, target))
        elif source == target:
            own[source].append((role, ""))
        else:
            inner.append((source, role, target))
    rank = {role: 2 * i for i, role in enumerate(sorted({role for _, role, _ in inner}))}
    neighbours: _Neighbours = {node: [] for node in range(count)}
    for source, role, target in inner:
        neighbours[source].append((rank[role], target))
        neighbours[target].append((rank[role] + 1, source))
    looks = [(concepts[node], node > 0, sorted(own[node])) for node in range(count)]
    by_look = sorted(range(count), key=looks.__getitem__)
    cells: list[list[int]] = []
    for node in by_look:
        if cells and looks[cells[-1][0]] == looks[node]:
            cells[-1].append(node)
        else:
            cells.append([node])
    return next(_orders(cells, neighbours, []))


def canonical_form(
    concepts: Sequence[str], links: Sequence[tuple[int, str, int | str]], order: Sequence[int]
) -> bytes:
    """Return bytes that are equal for two scenes exactly if the scenes are; *order* is the canonical one."""
    place = [0] * len(order)
    for position, node in enumerate(order):
        place[node] = position
    # Literals hold no line ends, symbols no tabs, and a quoted constant stands last on its line.
    lines = [
        f"{place[s]}\t{r}\t\t{t}" if isinstance(t, str) else f"{place[s]}\t{r}\t{place[t]}"
        for s, r, t in links
    ]
    lines.sort()
    form = "\n".join((str(place[0]), *[concepts[node] for node in order], "", *lines))
    return form.encode("utf-8", "surrogatepass")


def _orders(
    cells: list[list[int]], neighbours: _Neighbours, symmetries: list[_Symmetry] | None
) -> Iterator[list[int]]:
    """
    Order the nodes of *cells*, which lists them colour by colour.

    The first order is the one that reads least; a few that read otherwise follow.

    Args:
        cells: an ordered partition of the nodes
        neighbours: links among these nodes
        symmetries: takes the symmetries of *cells* that are found on the way; if None, the first choice is
            followed everywhere, and the order depends on the numbering
    """
    colour = _refine(cells, neighbours)
    if len(set(colour.values())) == len(colour):
        yield sorted(colour, key=colour.__getitem__)
        return
    inner = _distinguishing(colour, neighbours)
    found: list[list[list[int]]] = []  # of each component, its orders
    for component in _components(colour, inner):
        if len({colour[node] for node in component}) == len(component):
            found.append([sorted(component, key=colour.__getitem__)])
        else:
            found.append(_branch(component, colour, inner, symmetries))

    def joined(parts: Iterable[list[int]]) -> list[int]:
        readings = sorted((_read(order, colour, inner), order) for order in parts)
        place = {node: (i, j) for i, (_, order) in enumerate(readings) for j, node in enumerate(order)}
        return sorted(colour, key=lambda node: (colour[node], place[node]))

    best = [orders[0] for orders in found]
    yield joined(best)
    for n, orders in enumerate(found):
        for order in orders[1:]:
            yield joined([*best[:n], order, *best[n + 1 :]])


def _refine(cells: Iterable[Iterable[int]], neighbours: _Neighbours) -> dict[int, int]:
    """
    Split *cells* until nodes of one cell see the same cells in the same ways.

    Returns:
        each node's colour: the number of nodes in cells before its own
    """
    members: dict[int, set[int]] = {}
    colour: dict[int, int] = {}
    for cell in cells:
        start = len(colour)
        members[start] = set(cell)
        for node in members[start]:
            colour[node] = start
    queue = deque(members)
    queued = set(members)
    while queue and len(members) < len(colour):
        splitter = queue.popleft()
        queued.discard(splitter)
        seen: defaultdict[int, list[int]] = defaultdict(list)
        for node in members[splitter]:
            for key, other in neighbours[node]:
                seen[other].append(key)
        touched: defaultdict[int, list[int]] = defaultdict(list)
        for node in seen:
            touched[colour[node]].append(node)
        for start in sorted(touched):
            cell = members[start]
            if len(cell) == 1:
                continue
            groups: defaultdict[tuple[int, ...], list[int]] = defaultdict(list)
            for node in touched[start]:
                groups[tuple(sorted(seen[node]))].append(node)
            untouched = len(cell) - len(touched[start])
            if not untouched and len(groups) == 1:
                continue
            position = start
            parts: list[int] = []
            if untouched:
                cell.difference_update(touched[start])
                parts.append(start)
                position += untouched
            for view in sorted(groups):
                members[position] = set(groups[view])
                for node in groups[view]:
                    colour[node] = position
                parts.append(position)
                position += len(groups[view])
            if start not in queued:  # what the largest part shows, the whole and the other parts showed
                parts.remove(max(parts, key=lambda part: (len(members[part]), -part)))
            for part in parts:
                if part not in queued:
                    queued.add(part)
                    queue.append(part)
    return colour


def _distinguishing(colour: dict[int, int], neighbours: _Neighbours) -> _Neighbours:
    """
    Return links that distinguish nodes of one colour as the given ones do, as few as possible.

    Where links of one kind join most pairs of two colours, the pairs that are left out say the same.
    """
    members: defaultdict[int, list[int]] = defaultdict(list)
    for node, start in colour.items():
        members[start].append(node)
    distinct: _Neighbours = {node: [] for node in colour}
    for start, nodes in members.items():
        if len(nodes) == 1:
            continue
        views: defaultdict[int, dict[int, defaultdict[int, list[int]]]] = defaultdict(dict)
        for node in nodes:
            for key, other in neighbours[node]:
                end = colour[other]
                if len(members[end]) > 1:
                    views[end].setdefault(node, defaultdict(list))[other].append(key)
        for end, view in views.items():
            joined = sum(map(len, view.values()))
            pairs = len(nodes) * (len(members[end]) - (start == end))
            ways = {tuple(sorted(keys)) for seen in view.values() for keys in seen.values()}
            if len(ways) > 1 or 2 * joined <= pairs:
                for node, seen in view.items():
                    distinct[node] += [(key, other) for other, keys in seen.items() for key in keys]
            elif joined < pairs:
                for node in nodes:
                    seen = view.get(node, {})
                    distinct[node] += [(_LEFT_OUT, o) for o in members[end] if o != node and o not in seen]
    return distinct


def _components(nodes: Iterable[int], neighbours: _Neighbours) -> list[list[int]]:
    """Return *nodes* as lists of those that links connect."""
    seen: set[int] = set()
    components: list[list[int]] = []
    for node in nodes:
        if node in seen:
            continue
        seen.add(node)
        component = [node]
        for here in component:
            for _, other in neighbours[here]:
                if other not in seen:
                    seen.add(other)
                    component.append(other)
        components.append(component)
    return components


def _read(order: Sequence[int], colour: dict[int, int], neighbours: _Neighbours) -> _Reading:
    """Return what *order* shows of a component; two orders with equal readings differ by a symmetry."""
    place = {node: position for position, node in enumerate(order)}
    links = [(place[node], key, place[other]) for node in order for key, other in neighbours[node]]
    links.sort()
    return [colour[node] for node in order], links


def _branch(
    component: list[int],
    colour: dict[int, int],
    neighbours: _Neighbours,
    symmetries: list[_Symmetry] | None,
) -> list[list[int]]:
    """
    Order a component in which nodes share colours: try each node of a smallest colour as the first.

    Two orders that read the same differ by a symmetry. A node that a known symmetry takes to
    a node tried before need not be searched. An example is a ring of six equal nodes. First node 1 is
    tried. Then node 2 is tried, but only along the first choices. That reads like an order below node 1, so
    turning the ring takes node 2 to node 1, and nothing else below node 2 need be looked at. Turning it
    again takes all other nodes there, so none of them is tried. A symmetry found below node 1 that leaves
    node 1 where it is counts too.

    Returns:
        the order that reads least, then some that read otherwise
    """
    by_colour: defaultdict[int, list[int]] = defaultdict(list)
    for node in component:
        by_colour[colour[node]].append(node)
    chosen = min((len(cell), start) for start, cell in by_colour.items() if len(cell) > 1)[1]

    def orders_from(first: int, symmetries: list[_Symmetry] | None) -> Iterator[list[int]]:
        cells: list[list[int]] = []
        for start in sorted(by_colour):
            cell = by_colour[start]
            if start == chosen:
                cells += [[first], [node for node in cell if node != first]]
            else:
                cells.append(cell)
        return _orders(cells, neighbours, symmetries)

    if symmetries is None:
        return [next(orders_from(by_colour[chosen][0], None))]
    leader = {node: node for node in component}  # of its orbit under the symmetries found so far

    def find(node: int) -> int:
        while leader[node] != node:
            leader[node] = node = leader[leader[node]]
        return node

    def note(symmetry: _Symmetry) -> None:
        symmetries.append(symmetry)
        for one, other in symmetry:
            leader[find(one)] = find(other)

    width = max(1, min(_ORDERS, _NODES // len(component)))
    tried: list[int] = []
    known: dict[object, list[int]] = {}  # the first order of each reading
    best: tuple[_Reading, list[int]] | None = None

    def compare(order: list[int]) -> _Reading:
        """Read *order*, and note the symmetry if an earlier one reads the same."""
        reading = _read(order, colour, neighbours)
        twin = known.setdefault((tuple(reading[0]), tuple(reading[1])), order)
        if twin != order and set(twin) == set(order):
            note([pair for pair in zip(order, twin, strict=True) if pair[0] != pair[1]])
        return reading

    def is_searched(node: int) -> bool:
        return any(find(node) == find(other) for other in tried)

    for node in by_colour[chosen]:
        if is_searched(node):
            continue
        compare(next(orders_from(node, None)))
        if is_searched(node):
            continue
        below: list[_Symmetry] = []
        orders = list(islice(orders_from(node, below), width))
        reading, *_ = [compare(order) for order in orders]
        tried.append(node)
        for symmetry in below:
            note(symmetry)
        if best is None or reading < best[0]:
            best = reading, orders[0]
    assert best is not None
    others = [order for order in known.values() if order != best[1]]
    return [best[1], *others[: width - 1]]


# --- written order -----------------------------------------------------------------------------------------

ROLE_ORDER = (
    ":agent", ":object", ":recipient", ":content", ":property", ":class", ":op1", ":op2", ":op3", ":op4",
    ":condition", ":consequence", ":cause", ":effect", ":name", ":value", ":mod", ":quant", ":owner",
    ":instrument", ":place", ":time",
)  # fmt: skip
_RANK = {role: f"{i:02}" for i, role in enumerate(ROLE_ORDER)}


def role_key(role: str) -> str:
    """Return the sort key of *role* among siblings: those of ROLE_ORDER first, then alphabetically."""
    return _RANK.get(role, role)  # digits sort before the colon


def written_order(
    concepts: Sequence[str], links: Sequence[Link], order: Sequence[int]
) -> tuple[list[int], list[Link]]:
    """
    Return nodes and links in the order in which they are written, given the canonical *order* of the nodes.

    Links of a node go by role, then constants before nodes, then by constant or by the target's concept and
    what hangs on it. Nodes are numbered depth first along forward links, then along inverse ones.

    Returns:
        the nodes in their new order, and the links (in old numbers) in their new order
    """
    place = [0] * len(order)
    for position, node in enumerate(order):
        place[node] = position
    roles = sorted({link.role for link in links}, key=role_key)
    constants = sorted({link.target for link in links if isinstance(link.target, str)})
    # One number says how a link stands among the siblings: by role, then constants, then nodes.
    width = len(constants) + len(place)
    first = {role: number * width for number, role in enumerate(roles)}
    rank = {constant: number for number, constant in enumerate(constants)}
    out: list[list[tuple[int, Link]]] = [[] for _ in concepts]
    for link in links:
        source, role, target = link
        along = rank[target] if isinstance(target, str) else len(constants) + place[target]
        out[source].append((first[role] + along, link))
    for siblings in out:
        siblings.sort()
    written: list[int] = []
    seen: set[int] = set()

    def visit(first: int) -> None:
        stack = [first]
        while stack and len(seen) < len(out):
            node = stack.pop()
            if node not in seen:
                seen.add(node)
                written.append(node)
                stack += [target for _, (_, _, target) in reversed(out[node]) if isinstance(target, int)]

    visit(0)
    if len(written) < len(out):  # some nodes are the target of no link from those before them
        into: list[list[tuple[int, int]]] = [[] for _ in concepts]
        for source, role, target in links:
            if isinstance(target, int):
                into[target].append((first[role] + place[source], source))
        for node in written:
            for _, source in sorted(into[node]):
                visit(source)
    return written, [link for node in written for _, link in out[node]]
