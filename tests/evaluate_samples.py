"""An evaluation to show and to record."""

from __future__ import annotations

from scenograph.evaluate.evaluation import CorpusScores, Evaluation, Retention, Sample

STYLES, LANGUAGES = ("plain", "poet"), ("en", "ru")
SCENE = '(s / sleep :agent (e / entity :name "Oleg") :tense past)'
SAMPLE = Sample(
    scene=SCENE,
    spoken={style: {language: f"<{style}> & {language}" for language in LANGUAGES} for style in STYLES},
    retention={style: dict.fromkeys(LANGUAGES, 0.5) for style in STYLES},
)
EVALUATION = Evaluation(
    n=10,
    seed=7,
    exact_read={style: dict.fromkeys(LANGUAGES, 0.9) for style in STYLES},
    retention={style: dict.fromkeys(LANGUAGES, Retention(0.97, 1.0, 0.1, 0.95)) for style in STYLES},
    abilities={"hold": 1.0, "restore": 1 / 3},
    questions=dict.fromkeys(LANGUAGES, 0.95),
    speed={"texts_read_per_second": 12.345678},
    samples=(SAMPLE,),
)
CORPUS = CorpusScores(
    examples=5, read_f1=0.512, read_exact=0.2, draft_f1=0.55, smatch=0.6, bleu=10.0, chrf=20.0, retention=0.4
)
