"""The graph head over a carrier: which token stands for a word, and a reader trained over nano."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenograph.errors import CarrierError
from scenograph.mind import Mind, MindConfig
from scenograph.mind.sections import ReaderConfig
from scenograph.mind.workspace import Workspace
from scenograph.readers.conllu import parse
from scenograph.readers.encoder import CarrierEncoder, EncoderNeed, last_tokens
from scenograph.readers.graph_reader import GraphReader, bundled
from scenograph.readers.lemmas import Lemmas
from scenograph.readers.parser import Parser
from scenograph.readers.sentence import Sentence
from scenograph.readers.tokens import train as train_tokenizer
from scenograph.readers.weights import ReaderWeights, load, save

torch = pytest.importorskip("torch", reason="carriers need torch")

from scenograph.carriers import LocalCarrier, load_carrier  # noqa: E402
from scenograph.readers.batches import Targets  # noqa: E402
from scenograph.readers.train import CarrierStates, Schedule, fit  # noqa: E402
from scenograph.readers.trainable import Sizes, TrainableNetwork  # noqa: E402

_TREES = (Path(__file__).parent / "two_trees.conllu").read_text(encoding="utf-8")


@given(st.lists(st.text(st.sampled_from("aя🙂 "), min_size=1, max_size=4), min_size=1, max_size=8), st.data())
def test_the_token_of_a_word_ends_with_it_or_after_it(pieces: list[str], data: st.DataObject) -> None:
    text = "".join(pieces)
    ends = np.cumsum([len(piece.encode()) for piece in pieces])
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    [token] = last_tokens(text, [(start, end)], ends)
    before = len(text[:end].encode())
    assert ends[token] >= before
    assert token == 0 or ends[token - 1] < before


def _sentences() -> list[Sentence]:
    return list(parse((_TREES * 4).split("\n")))


@pytest.fixture(scope="module")
def nano() -> LocalCarrier:
    return load_carrier("nano")


def _states(encoder: CarrierEncoder, sentences: list[Sentence]) -> CarrierStates:
    texts = [sentence.text for sentence in sentences]
    spans = [[(word.start, word.end) for word in sentence.words] for sentence in sentences]
    starts = np.cumsum([0, *map(len, spans)])[:-1]
    return CarrierStates(np.concatenate(encoder.vectors(texts, spans)), starts)


@pytest.fixture(scope="module")
def reader_file(nano: LocalCarrier, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A reader trained over the second layer of nano, with a confidence borrowed from the bundled reader."""
    folder = tmp_path_factory.mktemp("over-nano")
    sentences, encoder = _sentences(), CarrierEncoder(nano, 2)
    sizes = Sizes(
        gram=8, word=8, input=16, hidden=12, layers=1, arc=16, relation=8, role=8, property=16,
        carrier=encoder.need().size, outside=12,
    )  # fmt: skip
    schedule = Schedule(epochs=60, tokens=60, rate=1e-2, warmup=5, dropout=0.0, word_dropout=0.0)
    trained = fit([sentences], folder, sizes, schedule, states=[_states(encoder, sentences)])
    network = TrainableNetwork(trained.labels, sizes)
    assert {*network.arrays()} == {*trained.arrays}
    tokenizer = train_tokenizer(
        (it.text, "en", [(word.start, word.end) for word in it.words]) for it in sentences
    )
    weights = ReaderWeights(
        trained.arrays,
        trained.labels,
        tokenizer,
        Lemmas.collect(sentences),
        ("en",),
        {},
        {"en": load(_bundled_file()).confidence["en"]},
        encoder.need(),
    )
    save(folder / "reader.npz", weights)
    return folder / "reader.npz"


def _bundled_file() -> Path:
    from scenograph.readers.graph_reader import BUNDLED

    return BUNDLED


def test_numpy_and_torch_compute_the_same_over_a_carrier(nano: LocalCarrier, reader_file: Path) -> None:
    sentences, encoder = _sentences()[:2], CarrierEncoder(nano, 2)
    states = _states(encoder, sentences)
    weights = load(reader_file)
    network = TrainableNetwork(weights.labels, Sizes(carrier=states.rows.shape[1]))
    network.start_carrier(states.rows.mean(0), states.rows.std(0) + 1e-4)
    network.eval()
    targets = Targets(weights.labels)
    examples = [
        targets.example(it, has_roles=True, outside=states.rows[start : start + len(it.words)])
        for it, start in zip(sentences, states.starts.tolist(), strict=True)
    ]
    with torch.no_grad():
        expected = network.property(network.states(targets.batch(examples))).numpy()
    from scenograph.readers.network import Network, log_softmax

    found = Network(network.arrays(), weights.labels).scores(
        [[word.form for word in it.words] for it in sentences],
        [example.outside for example in examples],
    )
    for row, scores in zip(expected, found, strict=True):
        for name, part in weights.labels.slices.items():
            own = scores.properties[name]
            np.testing.assert_allclose(own, log_softmax(row[: len(own), part]), atol=2e-4)


def test_a_reader_over_a_carrier_reads_what_it_saw(nano: LocalCarrier, reader_file: Path) -> None:
    reader = GraphReader.open(reader_file, nano, bundled())
    assert set(reader.languages) == {"en", "ru"}
    parser = Parser.open(reader_file, nano)
    [parsed] = parser.parse(["Oleg built the bridges."], "en")
    assert [word.head for word in parsed.sentence.words] == [2, 0, 4, 2, 2]
    own, rest = reader.read_many(["Oleg built the bridges.", "Анна спит."])
    assert own.draft is not None
    assert own.draft.root_concept == "build"
    assert rest == bundled().read_many(["Анна спит."])[0]


def test_the_carrier_must_be_the_one_of_the_training(nano: LocalCarrier, reader_file: Path) -> None:
    with pytest.raises(CarrierError, match="needs the states of the carrier nano"):
        GraphReader.open(reader_file)
    need = EncoderNeed("other", "0" * 32, 1, 8)
    with pytest.raises(CarrierError, match="trained over the carrier other"):
        CarrierEncoder.for_need(need, nano)


def test_a_mind_reads_with_the_reader_that_it_names(reader_file: Path, tmp_path: Path) -> None:
    config = MindConfig(reader=ReaderConfig(weights=str(reader_file)))
    Workspace.create(tmp_path / "mind", config)
    with Mind.open(tmp_path / "mind") as mind:
        reading = mind.read("Oleg built the bridges.")
    assert reading.draft is not None
    assert reading.draft.root_concept == "build"


def test_a_mind_whose_reader_is_missing_says_so(tmp_path: Path) -> None:
    Workspace.create(tmp_path / "mind", MindConfig(reader=ReaderConfig(weights="none.npz")))
    with Mind.open(tmp_path / "mind") as mind, pytest.raises(CarrierError, match="no reader at"):
        mind.read("Oleg built the bridges.")
