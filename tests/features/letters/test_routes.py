"""The pages of letters: look, try, save, take back; nothing typed is lost."""

import pytest

from tests.make import make_contest, make_municipality, make_person, make_secretary
from tests.pages import Browser, said
from tosportal.support.db import db

TEXT = "/office/letter-texts/admission.admitted"
OWN = {"subject": "Ура, заявка {номер}!", "body": "Прошла проверку.\n{ссылка}", "language": "ru", "seen": "0"}


@pytest.fixture
def district(app):
    return make_municipality()


def test_a_text_is_tried_saved_and_taken_back(app, district):
    browser = Browser(app, make_secretary(district))
    assert "Расписка о приёме заявки" in said(browser.get("/office/letter-texts"))
    page = said(browser.get(TEXT))
    assert "Заявка № 17 допущена к оценке жюри." in page
    assert "{ссылка}" in page
    tried = said(browser.post(TEXT, {**OWN, "do": "preview"}))
    assert "Ура, заявка 17!" in tried
    assert "Текст ещё не сохранён." in tried
    assert "Свой текст" not in said(browser.get("/office/letter-texts"))
    wrong = browser.post(TEXT, {**OWN, "body": "Нет ссылки {и <b>слова}"}, code=422)
    assert "нет в списке слов" in said(wrong)
    assert "Нет ссылки {и &lt;b&gt;слова}" in wrong.get_data(as_text=True)
    assert "Текст сохранён" in said(browser.post(TEXT, OWN))
    assert "Свой текст" in said(browser.get("/office/letter-texts"))
    stale = browser.post(TEXT, {**OWN, "subject": "Моя тема"}, code=409)
    assert "Моя тема" in stale.get_data(as_text=True)
    assert "Ура, заявка {номер}!" in said(stale)
    assert "Версия 1" in said(browser.get(TEXT))
    assert "Application No. 17 is admitted" in said(browser.get(f"{TEXT}?language=en"))
    assert "снова пишутся прежним текстом" in said(browser.post(f"{TEXT}/standard", {"language": "ru"}))
    assert "Заявка № 17 допущена к оценке жюри." in said(browser.get(TEXT))


@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_word_without_an_example_leaves_its_line_out_of_the_preview(app, district, language):
    browser = Browser(app, make_secretary(district))
    text = said(browser.get(f"/office/letter-texts/application.receipt?language={language}"))
    assert "SHA-256" in text
    assert "Project-Id-Version" not in text


def test_a_contest_has_texts_of_its_own_and_a_stranger_none(app, district):
    contest = make_contest(district)
    db.session.commit()
    slug = contest.slug
    browser = Browser(app, make_secretary(district))
    page = f"/office/contests/{slug}/letter-texts"
    assert f"{page}" in browser.get(f"/office/contests/{slug}").get_data(as_text=True)
    assert "Событие ждёт подтверждения" not in said(browser.get(page)), "letters about events are no contest's"
    browser.get(f"{page}/event.asked", code=404)
    browser.get("/office/letter-texts/no.such", code=404)
    browser.post(f"{page}/admission.admitted", OWN)
    assert "Свой текст" in said(browser.get(page))
    assert "Свой текст" not in said(browser.get("/office/letter-texts"))
    stranger = Browser(app, make_secretary(make_municipality("other", "Другой район")))
    stranger.get(page, code=404)
    stranger.post(f"{page}/admission.admitted", OWN, code=404)
    Browser(app, make_person()).get("/office/letter-texts", code=403)


def test_a_text_typed_after_the_sign_in_ended_is_not_lost(app, district):
    page = app.test_client().post(TEXT, data=OWN)
    assert page.status_code == 401
    assert "Прошла проверку." in page.get_data(as_text=True)
