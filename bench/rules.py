"""
Closing a field under rules, against clingo.

    python bench/rules.py [--links 10000] [--repeat N] [--seed N] [--data ../shared/data]

A drawn world of families, things and deeds with some 10,000 links is closed under 20 rules (kinship both
ways and over several steps, part and whole, before and after, absence, arithmetic), in one thread. clingo
grounds and solves the same rules over the same facts. What each derives is checked to be the same before
anything is timed. Each figure is the median of N rounds, in which the contestants take turns, in processor
time:

* *close* begins with the field as it stands, and *clingo* with the facts as a parsed program: its time is
  grounding and solving, without reading the text or the answer;
* *with input* begins with scenes, and with the program's text; it ends with what was derived in Python's
  hands.
"""

from __future__ import annotations

import argparse
import gc
import random
import statistics
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from scenograph.core import Field, Rule, Scene, by_concept, by_name, only_one
from scenograph.corpus import load

try:
    import clingo
    from clingo.ast import ProgramBuilder, parse_string
except ImportError:
    sys.exit("clingo is not installed; run: pip install 'scenograph[bench]'")


def clause(variable: str, concept: str, agent: str, object_: str) -> str:
    """Return a clause in notation."""
    return f"({variable} / {concept} :agent {agent} :object {object_})"


def rule(name: str, head: str, *ifs: str, unless: str = "", where: str = "") -> Rule:
    """Return a rule of clauses written `concept x y`; *where* stands in notation."""

    def written(text: str, variable: str) -> str:
        concept, one, other = text.split()
        return clause(variable, concept, f"?{one}", f"?{other}")

    parts = [f":if {written(text, f'i{n}')}" for n, text in enumerate(ifs)]
    parts += [f":unless {written(unless, 'u')}"] if unless else []
    parts += [f":where {where}"] if where else []
    return Rule.parse(f'(r / rule :name "{name}" {" ".join(parts)} :then {written(head, "t")})')


DIFFERENT = "(d / different :op1 ?x :op2 ?y)"
# Each rule twice: as a scene, and for clingo, where (c / concept :agent X :object Y) is concept(X,Y).
RULES = [
    (rule("a mother is a parent", "parent x y", "mother x y"), "parent(X,Y) :- mother(X,Y)."),
    (rule("a father is a parent", "parent x y", "father x y"), "parent(X,Y) :- father(X,Y)."),
    (rule("child", "child x y", "parent y x"), "child(X,Y) :- parent(Y,X)."),
    (rule("husband", "husband x y", "wife y x"), "husband(X,Y) :- wife(Y,X)."),
    (rule("spouse one way", "spouse x y", "wife x y"), "spouse(X,Y) :- wife(X,Y)."),
    (rule("spouse the other way", "spouse x y", "husband x y"), "spouse(X,Y) :- husband(X,Y)."),
    (
        rule("sibling", "sibling x y", "parent p x", "parent p y", where=DIFFERENT),
        "sibling(X,Y) :- parent(P,X), parent(P,Y), X != Y.",
    ),
    (
        rule("grandparent", "grandparent x z", "parent x y", "parent y z"),
        "grandparent(X,Z) :- parent(X,Y), parent(Y,Z).",
    ),
    (rule("ancestor", "ancestor x y", "parent x y"), "ancestor(X,Y) :- parent(X,Y)."),
    (
        rule("ancestor, further", "ancestor x z", "parent x y", "ancestor y z"),
        "ancestor(X,Z) :- parent(X,Y), ancestor(Y,Z).",
    ),
    (
        rule("uncle or aunt", "parent-sibling x z", "sibling x y", "parent y z"),
        "parent_sibling(X,Z) :- sibling(X,Y), parent(Y,Z).",
    ),
    (
        rule("cousin", "cousin x y", "parent-sibling z x", "parent z y"),
        "cousin(X,Y) :- parent_sibling(Z,X), parent(Z,Y).",
    ),
    (
        rule("mother-in-law", "parent-in-law x z", "parent x y", "spouse y z"),
        "parent_in_law(X,Z) :- parent(X,Y), spouse(Y,Z).",
    ),
    (
        rule("part of a part", "part x z", "part x y", "part y z"),
        "part(X,Z) :- part(X,Y), part(Y,Z).",
    ),
    (
        rule("a part is where the whole is", "located x z", "part x y", "located y z"),
        "located(X,Z) :- part(X,Y), located(Y,Z).",
    ),
    (
        rule("a part belongs with the whole", "have x z", "have x y", "part z y"),
        "have(X,Z) :- have(X,Y), part(Z,Y).",
    ),
    (
        rule(
            "grown up", "grown-up x u", "born x t",
            where="(e / equal :op1 (p / plus :op1 ?t :op2 18) :op2 ?u)",
        ),
        "grown_up(X,U) :- born(X,T), U = T + 18.",
    ),
    (
        rule("older sibling", "older x y", "sibling x y", "born x s", "born y t",
             where="(b / before :op1 ?s :op2 ?t)"),
        "older(X,Y) :- sibling(X,Y), born(X,S), born(Y,T), S < T.",
    ),
    (
        rule("has an older sibling", "has-older y y", "older x y"),
        "has_older(Y,Y) :- older(X,Y).",
    ),
    (
        rule("eldest", "eldest x p", "parent p x", unless="has-older x x"),
        "eldest(X,P) :- parent(P,X), not has_older(X,X).",
    ),
]  # fmt: skip
assert len(RULES) == 20

Clause = tuple[str, str, str]


def draw(links: int, seed: int) -> list[Clause]:
    """Draw clauses (concept, agent, object) that make a field of some *links* links, names among them."""
    rng = random.Random(seed)
    told: list[Clause] = []
    people: list[list[str]] = []
    count = 0

    def new(kind: str) -> str:
        nonlocal count
        count += 1
        return f"{kind}{count}"

    size = 0
    while size < links:
        generations = [[new("p"), new("p")]]
        for _ in range(3):
            parents = generations[-1]
            children: list[str] = []
            for mother, father in zip(parents[::2], parents[1::2], strict=False):
                told.append(("wife", mother, father))
                for _ in range(rng.randint(2, 3)):
                    child = new("p")
                    children.append(child)
                    told += [("mother", mother, child), ("father", father, child)]
            generations.append(children + [new("p")] * (len(children) % 2))
        family = sorted({person for generation in generations for person in generation})
        told += [("born", person, str(rng.randint(1800, 2020))) for person in family]
        people.append(family)
        for owner in rng.sample(family, 3):
            whole = new("t")
            told += [("have", owner, whole), ("located", whole, new("t"))]
            parts = [whole]
            for _ in range(5):
                part = new("t")
                told.append(("part", part, rng.choice(parts)))
                parts.append(part)
        names = {end for _, *ends in told for end in ends if not end.isdigit()}
        size = 2 * len(told) + len(names)
    return sorted(set(told))


def scene(told: Clause) -> Scene:
    """Return a clause as a scene; people and things have names."""

    def end(text: str, variable: str) -> str:
        if text.isdigit():
            return text
        return f'({variable} / {"person" if text[0] == "p" else "thing"} :name "{text}")'

    concept, agent, object_ = told
    return Scene.parse(clause("c", concept, end(agent, "a"), end(object_, "o")))


def program(told: list[Clause]) -> str:
    """Return the facts and the rules for clingo."""
    facts = [f"{concept}({agent},{object_})." for concept, agent, object_ in told]
    return "\n".join([*facts, *(text for _, text in RULES)])


def by_field(field: Field) -> set[Clause]:
    """Return what a closed field has derived."""

    def text(one: Scene, role: str) -> str:
        [target] = one.targets(role)
        return str(one.targets(":name", target)[0]).strip('"') if isinstance(target, int) else target

    return {
        (one.root_concept.replace("-", "_"), text(one, ":agent"), text(one, ":object"))
        for one in field.derived
    }


def control_of(text: str) -> clingo.Control:
    """Return clingo with a program read."""
    control = clingo.Control(["--warn=none"])
    with ProgramBuilder(control) as builder:
        parse_string(text, builder.add)
    return control


def solve(control: clingo.Control) -> clingo.SymbolSequence:
    """Ground and solve; return the atoms of the one answer set."""
    control.ground([("base", [])])
    with control.solve(yield_=True) as handle:
        for model in handle:
            return model.symbols(atoms=True)
    raise AssertionError("a stratified program has one answer set")


def timed(job: Callable[[], object]) -> float:
    """Return the processor time of *job*, in seconds."""
    gc.collect()
    began = time.process_time()
    job()
    return time.process_time() - began


WITHIN = (
    ":if (a / ?a :is ?x :country ?z) :then (b / ?b :is ?x :within ?z)",
    ":if (a / ?a :is ?x :location ?z) :then (b / ?b :is ?x :within ?z)",
    ":if (a / ?a :is ?x :isPartOf (b / ?b :is ?z)) :then (c / ?c :is ?x :within ?z)",
    ":if (a / ?a :is ?x :within (b / ?b :within ?z)) :then (c / ?c :is ?x :within ?z)",
)


def real(data: Path) -> None:
    """Hold real corpora in fields, and say what follows and what is in conflict."""
    places = [Rule.parse(f'(r / rule :name "within {n}" {text})') for n, text in enumerate(WITHIN, 1)]
    single = [only_one(role) for role in (":birthDate", ":country", ":birthPlace")]
    corpora = (
        ("webnlg/en/train", by_concept, [*places, *single]),
        ("amr/little_prince/train.amr.txt", by_name, []),
    )
    for name, identify, rules in corpora:
        if not (data / name).exists():
            print(f"{name}: not there; give the folder of the corpora with --data")
            continue
        scenes = [example.scene for example in load(data / name) if example.scene is not None]
        began = time.process_time()
        field = Field(scenes, identify=identify)
        held = time.process_time()
        field.close(rules)
        closed = time.process_time()
        print(
            f"{name}: {field!r}; held in {held - began:.2f} s, closed in {closed - held:.3f} s; "
            f"{len(field.merges)} things merged, {len(field.conflicts)} conflicts"
        )


def main() -> None:
    """Check that both derive the same, measure and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--links", type=int, default=10_000, help="links of the field")
    parser.add_argument("--repeat", type=int, default=7, help="rounds of each measurement")
    parser.add_argument("--seed", type=int, default=1, help="what is drawn")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the corpora")
    options = parser.parse_args()
    told = draw(options.links, options.seed)
    scenes, text, rules = [scene(one) for one in told], program(told), [one for one, _ in RULES]

    field = Field(scenes)
    before = repr(field)
    ours = by_field(field.close(rules))
    atoms = {(one.name, *map(str, one.arguments)) for one in solve(control_of(text))}
    theirs = atoms - set(told)
    assert ours == theirs, (len(ours), len(theirs), sorted(ours ^ theirs)[:5])
    print(
        f"{before}, {len(rules)} rules; {len(ours)} clauses derived, the same by clingo {version('clingo')}"
    )
    print(repr(field))

    times: dict[str, list[float]] = {
        "close": [],
        "clingo": [],
        "close, with input": [],
        "clingo, with input": [],
    }
    for _ in range(options.repeat):
        fresh, control = Field(scenes), control_of(text)
        times["close"].append(timed(lambda fresh=fresh: fresh.close(rules)))
        times["clingo"].append(timed(lambda control=control: solve(control)))
        times["close, with input"].append(timed(lambda: by_field(Field(scenes).close(rules))))
        times["clingo, with input"].append(
            timed(lambda: {(one.name, *map(str, one.arguments)) for one in solve(control_of(text))})
        )
    for name, seconds in times.items():
        print(f"{name:24}{statistics.median(seconds):8.3f} s   best {min(seconds):.3f} s")
    real(options.data)


if __name__ == "__main__":
    main()
