#!/bin/sh
# What the tests need from the system, where it can be had: Chromium for the browser, clamd, a PostgreSQL that answers.
# Never fails: a test that misses its part says so and is skipped.
have() { command -v "$1" >/dev/null 2>&1; }
chromium_here() { have chromium || have chromium-browser || have google-chrome; }
postgres_answers() {
    .venv/bin/python - <<'PY'
import os, sys
import psycopg
try:
    psycopg.connect(os.environ.get("TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres"), connect_timeout=2).close()
except psycopg.OperationalError:
    sys.exit(1)
PY
}
install() {
    if have apt-get && [ "$(id -u)" = 0 ]; then
        echo "Ставим пакет Debian: $*"
        export DEBIAN_FRONTEND=noninteractive
        { apt-get install -y --no-install-recommends "$@" || { apt-get update && apt-get install -y --no-install-recommends "$@"; }; } >/tmp/tosportal-apt.log 2>&1 \
            || echo "Пакет не поставился: $* (подробности в /tmp/tosportal-apt.log)"
    fi
}

PATH=$PATH:/usr/sbin
have clamd || install clamav-daemon  # without its definitions: the tests bring one of their own
have clamd || echo "clamd нет: проверки вирусов настоящей программой будут пропущены."

chromium_here || install chromium
chromium_here || echo "Chromium нет: проверки в браузере будут пропущены."

if ! postgres_answers; then
    ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || install postgresql
    if ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
        # a server of our own on the ordinary port, in a folder of its own, for the time of the tests
        bin=$(dirname "$(ls -d /usr/lib/postgresql/*/bin/initdb | tail -1)")
        data=$(mktemp -d /tmp/tosportal-postgres.XXXXXX)
        as_postgres() { if [ "$(id -u)" = 0 ]; then chown -R postgres "$data"; su postgres -s /bin/sh -c "$*"; else sh -c "$*"; fi; }
        as_postgres "$bin/initdb -D $data/db -U postgres --auth=trust --encoding=UTF8 >/dev/null &&
            $bin/pg_ctl -D $data/db -o '-c listen_addresses=127.0.0.1 -c unix_socket_directories=$data' -l $data/log -w start >/dev/null"
    fi
    postgres_answers || echo "PostgreSQL не отвечает: проверки на нём будут пропущены."
fi
exit 0
