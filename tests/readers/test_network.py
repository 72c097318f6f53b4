"""The network in NumPy against the one in torch; its training, its files, and what the parser makes of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from scenograph.errors import BridgeError, CarrierError, TrainingError
from scenograph.readers import conllu
from scenograph.readers.cases import Government
from scenograph.readers.conllu import parse
from scenograph.readers.encoder import EncoderNeed
from scenograph.readers.labels import UPOS, Labels
from scenograph.readers.lemmas import Lemmas
from scenograph.readers.network import Network, log_softmax
from scenograph.readers.parser import Parser
from scenograph.readers.sentence import Sentence
from scenograph.readers.tokens import train as train_tokenizer
from scenograph.readers.weights import ReaderWeights, load, save

torch = pytest.importorskip("torch", reason="training needs torch")

from scenograph.readers.batches import Targets, in_batches  # noqa: E402
from scenograph.readers.train import Schedule, Trained, fit, trained_start  # noqa: E402
from scenograph.readers.trainable import Sizes, TrainableNetwork  # noqa: E402

_ENGLISH = (Path(__file__).parent / "two_trees.conllu").read_text(encoding="utf-8")
_RUSSIAN = """\
1\tАнна\tАнна\tPROPN\t_\tCase=Nom|Number=Sing\t2\tnsubj\t_\t_
2\tспит\tспать\tVERB\t_\tTense=Pres\t0\troot\t_\tSpaceAfter=No
3\t.\t.\tPUNCT\t_\t_\t2\tpunct\t_\t_

1\tОлег\tОлег\tPROPN\t_\tCase=Nom|Number=Sing\t2\tnsubj\t_\t_
2\tстроил\tстроить\tVERB\t_\tTense=Past\t0\troot\t_\t_
3\tмосты\tмост\tNOUN\t_\tCase=Acc|Number=Plur\t2\tobj\t_\tSpaceAfter=No
4\t.\t.\tPUNCT\t_\t_\t2\tpunct\t_\t_

"""
_SIZES = Sizes(gram=8, word=8, input=16, hidden=12, layers=2, arc=16, relation=8, role=8, property=16)
_SCHEDULE = Schedule(epochs=4, tokens=30, warmup=5, dropout=0.1, word_dropout=0.1)


def _treebanks() -> list[list[Sentence]]:
    return [list(parse((text * 6).split("\n"))) for text in (_ENGLISH, _RUSSIAN)]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    return fit(
        _treebanks(),
        tmp_path_factory.mktemp("run"),
        _SIZES,
        Schedule(epochs=60, tokens=60, rate=1e-2, warmup=5, dropout=0.0, word_dropout=0.0, lowered=0.0),
    )


def test_numpy_and_torch_compute_the_same(trained: Trained) -> None:
    network = TrainableNetwork(trained.labels, _SIZES)
    network.eval()
    sentences = [sentence for treebank in _treebanks() for sentence in treebank][:9]
    targets = Targets(trained.labels)
    batch = targets.batch([targets.example(sentence, has_roles=True) for sentence in sentences])
    with torch.no_grad():
        states = network.states(batch)
        said = network.property(states).numpy()
    found = Network(network.arrays(), trained.labels).scores(
        [[word.form for word in sentence.words] for sentence in sentences]
    )
    for expected, scores in zip(said, found, strict=True):
        for name, part in trained.labels.slices.items():
            own = scores.properties[name]
            assert_allclose(own, log_softmax(expected[: len(own), part]), rtol=0, atol=1e-5)


@given(st.lists(st.sampled_from([3, 4]), max_size=40), st.integers(3, 20), st.integers(0, 9))
def test_batches_have_every_sentence_once(lengths: list[int], tokens: int, seed: int) -> None:
    treebank = _treebanks()[1]
    targets = Targets(Labels.collect(treebank))
    by_length = {len(sentence.words): sentence for sentence in treebank}
    examples = [targets.example(by_length[length], has_roles=False) for length in lengths]
    found = in_batches(examples, tokens, seed)
    assert sorted(map(id, examples)) == sorted(id(example) for batch in found for example in batch)
    assert all(len(batch) <= max(1, tokens // max(len(it.forms) for it in batch)) for batch in found)


def test_a_stopped_run_ends_in_the_same_weights(tmp_path: Path) -> None:
    whole = fit(_treebanks(), tmp_path / "whole", _SIZES, _SCHEDULE)

    class StoppedError(Exception):
        pass

    def stop(epoch: int, trained: Trained) -> None:
        if epoch == 2:
            raise StoppedError

    with pytest.raises(StoppedError):
        fit(_treebanks(), tmp_path / "parts", _SIZES, _SCHEDULE, after_epoch=stop)
    resumed = fit(_treebanks(), tmp_path / "parts", _SIZES, _SCHEDULE)
    assert whole.losses == resumed.losses
    assert all((whole.arrays[name] == values).all() for name, values in resumed.arrays.items())


def test_a_run_with_other_settings_is_refused(tmp_path: Path) -> None:
    fit(_treebanks(), tmp_path, _SIZES, Schedule(epochs=1, tokens=30))
    with pytest.raises(Exception, match="other settings"):
        fit(_treebanks(), tmp_path, _SIZES, Schedule(epochs=2, tokens=30))


def test_a_run_goes_on_from_the_weights_of_another(tmp_path: Path) -> None:
    first = fit(_treebanks(), tmp_path / "first", _SIZES, _SCHEDULE)
    start = trained_start(tmp_path / "first")
    still = Schedule(epochs=1, tokens=30, rate=1e-9)
    second = fit(_treebanks(), tmp_path / "second", _SIZES, still, start=start)
    for name, values in first.arrays.items():
        assert_allclose(second.arrays[name], values, rtol=0, atol=1e-5)


def test_a_run_goes_on_with_other_labels(tmp_path: Path) -> None:
    """What both runs know is taken over row by row, whatever number a label has in each of them."""
    first = fit(_treebanks()[:1], tmp_path / "first", _SIZES, _SCHEDULE)
    still = Schedule(epochs=1, tokens=30, rate=1e-9)
    begun = fit(_treebanks(), tmp_path / "second", _SIZES, still, start=trained_start(tmp_path / "first"))
    old, new = first.labels, begun.labels
    kept = {
        "relation.weight": (old.relations, new.relations),
        "role.weight": (old.roles, new.roles),
        "property.2.weight": (old.values, new.values),
        "property.2.bias": (old.values, new.values),
    }
    assert set(new.values) > set(old.values)  # Russian adds cases
    assert [label for label in new.values if label in old.values] != list(new.values[: len(old.values)])
    for name, values in first.arrays.items():
        before, after = kept.get(name, ((), ()))
        if before:
            places = [before.index(label) for label in after if label in before]
            mine = [number for number, label in enumerate(after) if label in before]
            assert_allclose(begun.arrays[name][mine], values[places], rtol=0, atol=1e-5)
        else:
            assert_allclose(begun.arrays[name], values, rtol=0, atol=1e-5)


def test_a_training_starts_from_the_file_of_a_reader(
    trained: Trained, weights: ReaderWeights, tmp_path: Path
) -> None:
    network = TrainableNetwork(trained.labels, _SIZES, 0.0, 0.0)
    network.load_state_dict(TrainableNetwork.state_of(trained.arrays))
    for name, values in network.arrays().items():
        assert np.array_equal(values, trained.arrays[name])
    save(tmp_path / "reader.npz", weights)
    still = Schedule(epochs=1, tokens=30, rate=1e-9)
    start = trained_start(tmp_path / "reader.npz")
    again = fit(_treebanks(), tmp_path / "again", _SIZES, still, start=start)
    for name, values in trained.arrays.items():
        assert_allclose(again.arrays[name], values, rtol=0, atol=np.abs(values).max() / 127 + 1e-5)


def test_a_run_without_its_labels_is_no_start(tmp_path: Path) -> None:
    fit(_treebanks(), tmp_path, _SIZES, Schedule(epochs=1, tokens=30))
    saved = torch.load(tmp_path / "run.pt", weights_only=True)
    del saved["labels"]
    torch.save(saved, tmp_path / "run.pt")
    with pytest.raises(TrainingError, match="from before labels were kept; start from its"):
        trained_start(tmp_path)


def test_a_reader_over_a_carrier_is_no_start(weights: ReaderWeights, tmp_path: Path) -> None:
    over = weights._replace(encoder=EncoderNeed("carrier", "digest", 2, 8))
    save(tmp_path / "reader.npz", over)
    with pytest.raises(TrainingError, match="over a carrier; start from the folder of its run"):
        trained_start(tmp_path / "reader.npz")


def _learned(folder: Path, sure: float) -> str:
    """Return what is said of «Анна» in a text that only a teacher has read, who is *sure* it is a verb."""
    one, two = _treebanks()[1][0].words[:2]
    assert one.upos == "PROPN"
    taught = Sentence((one._replace(upos="VERB", misc=f"Sure={sure}"), two), "Анна спит")
    schedule = Schedule(epochs=30, tokens=60, rate=1e-2, warmup=5, dropout=0.0, word_dropout=0.0, lowered=0.0)
    trained = fit(_treebanks(), folder, _SIZES, schedule, labelled=[[taught] * 60])
    scores = Network(trained.arrays, trained.labels).scores([["Анна", "спит"]])[0]
    return trained.labels.properties[UPOS][int(scores.properties[UPOS][0].argmax())]


def test_only_words_of_which_the_teacher_was_sure_train(tmp_path: Path) -> None:
    assert _learned(tmp_path / "sure", 0.9) == "VERB"
    assert _learned(tmp_path / "unsure", 0.3) == "PROPN"


@pytest.fixture(scope="module")
def weights(trained: Trained) -> ReaderWeights:
    """All that a file of a reader holds."""
    texts = [
        (sentence.text, language, [(word.start, word.end) for word in sentence.words])
        for language, treebank in zip(("en", "ru"), _treebanks(), strict=True)
        for sentence in treebank
    ]
    lemmas = Lemmas.collect(sentence for treebank in _treebanks() for sentence in treebank)
    government = Government({"obl к": {"Dat": 2.5, "Gen": -3.01}})
    return ReaderWeights(
        trained.arrays,
        trained.labels,
        train_tokenizer(texts),
        lemmas,
        ("en",),
        {"seed": 0},
        government=government,
    )


def test_the_file_holds_what_was_saved(weights: ReaderWeights, tmp_path: Path) -> None:
    save(tmp_path / "a.npz", weights)
    save(tmp_path / "b.npz", weights)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    again = load(tmp_path / "a.npz")
    assert again.labels == weights.labels
    assert again.paper == weights.paper
    assert again.government.gains == weights.government.gains
    for name, values in weights.arrays.items():
        assert_allclose(again.arrays[name], values, rtol=0, atol=np.abs(values).max() / 127)


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CarrierError, match="no reader at"):
        load(tmp_path / "none.npz")
    (tmp_path / "bad.npz").write_bytes(b"PK\x03\x04 no archive")
    with pytest.raises(CarrierError, match="damaged"):
        load(tmp_path / "bad.npz")


def test_a_trained_parser_reads_what_it_saw_and_writes_conllu(weights: ReaderWeights, tmp_path: Path) -> None:
    save(tmp_path / "reader.npz", weights)
    parser = Parser.open(tmp_path / "reader.npz")
    for language, treebank in zip(("en", "ru"), _treebanks(), strict=True):
        for parsed, gold in zip(
            parser.parse([sentence.text for sentence in treebank[:2]], language), treebank[:2], strict=True
        ):
            got = [
                (word.form, word.lemma, word.upos, word.head, word.deprel) for word in parsed.sentence.words
            ]
            assert got == [(word.form, word.lemma, word.upos, word.head, word.deprel) for word in gold.words]
            assert [word.arguments for word in parsed.sentence.words] == [
                word.arguments for word in gold.words
            ]
            assert all(0 <= share <= 1 for share in parsed.arcs)
            (again,) = parse(conllu.format(parsed.sentence).split("\n"))
            assert again.words == parsed.sentence.words


@given(st.data())
def test_links_that_are_known_are_in_the_tree(weights: ReaderWeights, data: st.DataObject) -> None:
    parser = Parser(Network(weights.arrays, weights.labels), weights.tokenizer, weights.lemmas)
    text = _treebanks()[0][0].text
    order = data.draw(st.permutations(range(1, len(parser.words(text, "en")) + 1)))
    known: dict[int, tuple[int, str]] = {order[0]: (0, "root")}
    for place, word in enumerate(order[1:], start=1):
        if data.draw(st.booleans()):
            known[word] = (data.draw(st.sampled_from(order[:place])), "det")
    (parsed,) = parser.parse([text], "en", known=[known])
    read = {word.id: (word.head, word.deprel) for word in parsed.sentence.words}
    assert {word: read[word] for word in known} == known


@pytest.mark.parametrize(("text", "words"), [(" ", "0 words"), ("a " * 201, "201 words")])
def test_a_text_that_is_no_sentence_is_refused(weights: ReaderWeights, text: str, words: str) -> None:
    parser = Parser(Network(weights.arrays, weights.labels), weights.tokenizer, weights.lemmas)
    with pytest.raises(BridgeError, match=f"sentence 2 has {words}"):
        parser.parse(["Anna sleeps.", text], "en")


def test_labels_come_back_from_json() -> None:
    labels = Labels.collect([sentence for treebank in _treebanks() for sentence in treebank])
    assert Labels.from_dict(labels.to_dict()) == labels  # pyright: ignore[reportArgumentType]
