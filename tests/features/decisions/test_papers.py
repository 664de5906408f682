"""Parts of the paper protocol that follow from its data alone: weights of every method, who fell out and why."""

import pytest

from tests.domain.test_procedures import jury, scoring
from tosportal.domain.criteria import Criterion
from tosportal.domain.scoring import ScoringRule
from tosportal.features.decisions.papers import WORDS, note_of, scoring_words
from tosportal.support.documents.protocol_paper.parts import weight_words


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("ru", "2,5 до 300\u00a0000,00\u00a0₽ включительно; 1,5 для больших сумм"),
        ("en", "2.5 up to RUB\u00a0300,000.00; 1.5 above"),
    ],
)
def test_a_weight_by_sum_is_written_range_by_range(lang, expected):
    one = {
        "code": "k1",
        "name": "Масштаб",
        "max": "10",
        "weight": "1",
        "weights": [("300000.00", "2.5"), (None, "1.5")],
    }
    assert weight_words(one, lang) == expected
    assert weight_words({**one, "weights": []}, lang) == "1"


def test_the_minimum_of_an_expert_has_words_of_its_own():
    result = {"outcome": "below_pass", "total": "45.00"}
    for lang, expert, pass_mark in (
        ("ru", "эксперт поставил меньше минимума", "ниже проходного балла"),
        ("en", "below the minimum of a juror", "below the pass mark"),
    ):
        rule = ScoringRule.from_json(scoring("mean_of_totals", expert_min="40"))
        assert note_of(result, rule, WORDS[lang]) == expert
        with_pass = ScoringRule.from_json(scoring("mean_of_totals", expert_min="40", pass_total="50"))
        assert note_of(result, with_pass, WORDS[lang]) == pass_mark
        assert note_of({"outcome": "winner", "total": "60"}, rule, WORDS[lang]) == ""


def test_the_order_of_evaluation_is_told_in_the_language_of_the_paper(app):
    rule = ScoringRule.from_json(scoring("sum_of_totals", ties=["k1"]))
    criteria = [Criterion.from_json(jury("k1"))]
    assert scoring_words(rule, criteria, "ru").startswith("Складываются все баллы всех экспертов")
    english = scoring_words(rule, criteria, "en")
    assert english.startswith("All marks of all jurors are added up")
    assert "an open vote" in english
