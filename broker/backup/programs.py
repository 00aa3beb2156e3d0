"""`pg_dump` and `pg_restore`, which come with PostgreSQL: found, called, their words passed on."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence

import sqlalchemy as sa

from broker.backup.manifest import BadBackup


def call(program: str, url: sa.URL, options: Sequence[str]) -> None:
    """Run one of the programs on a database; the password is handed over where nobody sees it.

    Raises:
        BadBackup: it is not installed, or it failed.
    """
    path = shutil.which(program)
    if path is None:
        raise BadBackup(
            f"{program} is not installed. It comes with PostgreSQL's own client programs, of the "
            "server's version or newer (on Debian or Ubuntu: apt install postgresql-client)."
        )
    where = {
        "PGHOST": url.host or url.query.get("host"),
        "PGPORT": None if url.port is None else str(url.port),
        "PGUSER": url.username,
        "PGDATABASE": url.database,
        "PGPASSWORD": None if url.password is None else str(url.password),
        "PGSSLMODE": url.query.get("sslmode"),
    }
    environment = {**os.environ, **{k: str(v) for k, v in where.items() if v is not None}}
    if program == "pg_restore":
        options = [f"--dbname={url.database}", *options]
    done = subprocess.run(
        [path, "--no-password", *options],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        words = " ".join(done.stderr.split())[:400]
        raise BadBackup(f"{program} failed: {words}")
