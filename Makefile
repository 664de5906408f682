# Двух команд хватает: make run — портал с примером, make test — проверки.
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
FLASK := $(BIN)/flask --app tosportal
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)

.PHONY: help run test e2e lint bench rush messages dist clean

help: ## эта подсказка
	@grep -hE '^[a-z0-9]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/ —/'

$(VENV)/.run: pyproject.toml
	@test -n "$(PYTHON)" || { echo "Нужен Python 3.11 или новее: установите его и повторите."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "Не получилось создать $(VENV): проверьте, что в папку можно писать и стоит пакет python3-venv."; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test,lint]'
	@touch $@

run: $(VENV)/.run ## портал с примером на http://127.0.0.1:8000 (PORT=8001 make run — другой порт)
	@$(FLASK) serve --demo

test: $(VENV)/.test ## все проверки: правила, данные на SQLite и PostgreSQL, страницы, браузер
	@sh tests/prepare.sh
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/pytest -n 2 --dist worksteal

e2e: $(VENV)/.test ## только путь в настоящем браузере, со снимками в tests/artifacts
	@sh tests/prepare.sh
	$(BIN)/pytest tests/browser

lint: $(VENV)/.test ## только разбор кода
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/lint-imports && $(BIN)/mypy

bench: $(VENV)/.test ## скорость страниц рядом с постоянной страницей того же размера
	$(BIN)/python -m bench
	$(BIN)/python -m bench.filling

rush: $(VENV)/.test ## наплыв: 2000 заявок за пять минут на SQLite и на PostgreSQL с S3, не потеряна ли хоть одна
	@sh tests/prepare.sh
	$(BIN)/python -m bench.rush

messages: $(VENV)/.test ## собрать тексты для перевода и скомпилировать каталоги
	@mkdir -p build
	$(BIN)/pybabel -q extract -F babel.cfg -k _l -k N_ --no-location --sort-output --omit-header -o build/messages.pot tosportal
	$(BIN)/pybabel -q update -i build/messages.pot -d tosportal/translations --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --no-wrap
	$(BIN)/pybabel -q compile -d tosportal/translations

dist: $(VENV)/.test ## колесо в dist/
	@rm -rf build
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist .
	@rm -rf build; ls dist/*.whl

clean: ## убрать окружение и данные примера
	rm -rf $(VENV) instance dist build *.egg-info
