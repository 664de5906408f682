"""Places of a document in the language of the page."""

import pytest
from flask_babel import force_locale

from tosportal.web.places import place_words


@pytest.mark.parametrize(
    ("place", "english"),
    [
        ("таблица 3, строка 53, графа 1", "table 3, row 53, column 1"),
        ("абзац 2 (гриф утверждения, титул)", "paragraph 2 (approval stamp, title page)"),
        (
            "таблица 3, строка 77, графа 5 (мероприятие «Строка про «День соседей»», местный бюджет, 2025 год)",
            "table 3, row 77, column 5 (activity «Строка про «День соседей»», local budget, 2025)",
        ),
        ("таблица 2, строка 6, графа 4 (показатель 1.1 «Доля», графа «вес»)",
         "table 2, row 6, column 4 (indicator 1.1 «Доля», column “weight”)"),
        ("лист «Таблица», ячейка B7", "sheet «Таблица», cell B7"),
        ("показатель 1 «Доля», целевое значение, 2028-2030 годы", "indicator 1 «Доля», target, 2028-2030 years"),
        ("", ""),
    ],
)  # fmt: skip
def test_fixed_words_are_translated_and_quoted_ones_stay(app, place, english):
    with app.test_request_context():
        with force_locale("en"):
            assert place_words(place) == english
        with force_locale("ru"):
            assert place_words(place) == place
