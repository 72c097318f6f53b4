"""Measuring a mind: numbers as JSON, and a report with plots."""

from scenograph.evaluate.evaluation import CorpusScores, Evaluation, Retention, Sample
from scenograph.evaluate.measure import evaluate_mind

__all__ = ["CorpusScores", "Evaluation", "Retention", "Sample", "evaluate_mind"]
