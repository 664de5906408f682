"""Common passwords are refused with their disguises; long phrases pass."""

import threading
import time

import pytest

from tosportal.features.accounts.passwords import Hashing, is_common

GUESSED_FIRST = [
    "password",
    "Password1",
    "P@ssw0rd!",
    "qwerty123",
    "QWERTYUIOP",
    "йцукенгшщз",
    "12345678",
    "87654321",
    "31121985",
    "aaaaaaaa",
    "abababab",
    "abcdefgh",
    "пароль123",
    "Ордынское2026",
    "novosibirsk54",
    "солнышко!",
    "админ",
    "anna-1985!!",
    "наташанаташа",
    "сергей1990",
    "89130000000",
    "!!!!!!!!",
    "Ёжик…",
    "тос2026тос",
    "poiuytrewq",
]


@pytest.mark.parametrize("password", GUESSED_FIRST)
def test_guessed_first(password):
    own = ("anna@example.org", "Админ Ёжик")
    assert is_common(password, own)


@pytest.mark.parametrize(
    "password",
    ["качели у реки", "correct horse", "Zu6-vel8-hobo", "мост через Орду 3", "x9$kQv!2mZ", "вечером идёт снег"],
)
def test_not_guessed_first(password):
    assert not is_common(password)


def test_not_more_hashings_at_once_than_allowed(app):
    running, most = 0, 0
    lock = threading.Lock()

    class Slow:
        def hash(self, secret):
            nonlocal running, most
            with lock:
                running += 1
                most = max(most, running)
            time.sleep(0.02)
            with lock:
                running -= 1
            return secret

    narrow = Hashing(Slow(), 2)
    threads = [threading.Thread(target=narrow.hash, args=(str(number),)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 2
