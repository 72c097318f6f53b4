"""
Atoms: how many tokens a scene takes with and without them, and what learned rows are worth.

    python bench/vocabulary.py TOKENIZER ... [--data ../shared/data] [--rows CARRIER] [--steps 30] [--seed 0]

TOKENIZER is a folder with a tokenizer or a GGUF file. The scenes are WebNLG's English entries, open scenes of
EWT, and the bundled world. Atoms are chosen on the train part and counted on the dev part (of the world: on
another seed). Printed are tokens of a scene:

    text      its linear form as ordinary text
    brackets  with an atom for each mark of structure and each command, roles spelt
    chosen    with the roles that spare at least 20 tokens in the train part; how many these are
    all       with every role of the train part; how many these are
    lexemes   chosen, and the scene compressed by a lexicon of 31 lexemes learned on the train part

--rows CARRIER: rows of WebNLG's atoms learn over this carrier for --steps steps of 512 tokens. Printed are,
before and after, on tasks that nothing was learned from, the squared distance of the states after two thirds
of the layers from those of the spelt form, as a share of theirs, and the nats for a next token.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from constraints import loaded

from scenograph.core import Lexicon, Scene, linearise
from scenograph.corpus import Example, load
from scenograph.corpus.example_tasks import example_tasks
from scenograph.domains import load_domain
from scenograph.vocabulary import Vocabulary, lexeme_atoms, needed_atoms
from scenograph.vocabulary.atoms import Atom, role_atom
from scenograph.vocabulary.choice import chosen, uses
from scenograph.world import World

MOST = 3000  # scenes to choose atoms from
ASKED = 1000  # scenes to count
ROW = "{:<10}{:<9}{:>8}{:>10}{:>15}{:>15}{:>9}"


def webnlg(data: Path, part: str) -> Iterator[Example]:
    for path in sorted((data / "webnlg" / "en" / part).rglob("*.xml")):
        yield from load(path)


def scenes_of(examples: Iterator[Example], count: int) -> list[Scene]:
    return list(islice(dict.fromkeys(e.scene for e in examples if e.scene is not None), count))


def corpora(data: Path) -> Iterator[tuple[str, list[Scene], list[Scene]]]:
    yield "WebNLG", scenes_of(webnlg(data, "train"), MOST), scenes_of(webnlg(data, "dev"), ASKED)
    ewt = (data / "ud" / "en_ewt" / f"{part}.conllu" for part in ("train", "dev"))
    train, dev = (load(path) for path in ewt)
    yield "EWT", scenes_of(iter(train), MOST), scenes_of(iter(dev), ASKED)
    world = World()
    yield "world", list(world.scenes(MOST, seed=0)), list(world.scenes(ASKED, seed=1))


def roles_of(scenes: Sequence[Scene]) -> list[Atom]:
    return [role_atom(role) for role in sorted({link.role for scene in scenes for link in scene.links})]


def bare(vocabulary: Vocabulary) -> Vocabulary:
    """The tokenizer with commands and structure alone."""
    atoms = [atom for atom in needed_atoms(load_domain()) if not atom.text.startswith(":")]
    return Vocabulary(vocabulary.base, atoms)


def tokens(options: argparse.Namespace) -> None:
    spelling = {path: loaded(path) for path in options.tokenizers}
    print(ROW.format("scenes", "tokens of", "text", "brackets", "chosen", "all", "lexemes"))
    for name, train, dev in corpora(options.data):
        lexicon = Lexicon.learn(train, size=31)
        linear, asked = [linearise(scene) for scene in train], [linearise(scene) for scene in dev]
        crystals = [linearise(lexicon.compress(scene)) for scene in dev]
        roles = roles_of(train)
        for path, vocabulary in spelling.items():
            few = bare(vocabulary)
            best = few.extended(use.atom for use in chosen(uses(few, linear, roles)))
            every = few.extended(roles)
            small = best.extended(lexeme_atoms(lexicon))
            text = sum(len(few.encode_text(line)) for line in asked)
            counts = [sum(len(v.encode_scene(line)) for line in asked) for v in (few, best, every)]
            counts.append(sum(len(small.encode_scene(line)) for line in crystals))
            means = [f"{count / len(asked):.1f}" for count in (text, *counts)]
            for place, v in ((2, best), (3, every)):
                means[place] += f" ({len(v.atoms) - len(few.atoms)})"
            print(ROW.format(name, path.stem[:8], *means), flush=True)


def rows(options: argparse.Namespace) -> None:
    from scenograph.adapters.distil import distil
    from scenograph.carriers import load_carrier

    examples = list(islice(webnlg(options.data, "train"), 600))
    mixture = {"read": 0.5, "speak": 0.5}
    drawn = example_tasks(examples, options.seed, languages=("en", "ru"), mixture=mixture)
    tasks = list(islice(drawn, 40 * options.steps))
    carrier = load_carrier(options.rows)
    own = carrier.vocabulary.atoms[: max(0, carrier.own_rows - carrier.vocabulary.base_size)]
    vocabulary = Vocabulary(carrier.vocabulary.base, own).extended(needed_atoms(load_domain()))
    linear = [content for t in tasks for kind, content in (*t.prompt, t.answer) if kind == "scene"]
    roles = roles_of([example.scene for example in examples if example.scene is not None])
    carrier = carrier.with_vocabulary(
        vocabulary.extended(u.atom for u in chosen(uses(vocabulary, linear, roles)))
    )
    before, began = carrier.digest_now(), time.perf_counter()
    pairs = [(task.prompt, task.answer) for task in tasks]
    done = distil(carrier, pairs, steps=options.steps, tokens=512, seed=options.seed)
    assert carrier.digest_now() == before
    took = time.perf_counter() - began
    print(f"rows over {options.rows}: {len(done.rows)} rows, {options.steps} steps, {took:.0f} s")
    print(f"states of what was held out {done.before:.4f} -> {done.after:.4f}")
    print(f"next token {done.before_writing:.2f} -> {done.after_writing:.2f} nats")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("tokenizers", type=Path, nargs="*", metavar="TOKENIZER")
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared" / "data")
    parser.add_argument("--rows", metavar="CARRIER")
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    if options.tokenizers:
        tokens(options)
    if options.rows:
        rows(options)


if __name__ == "__main__":
    main()
