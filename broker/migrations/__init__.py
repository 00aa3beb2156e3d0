"""The steps by which a database comes to today's tables; `broker.database.migrate` takes them.

To add a step: change `broker/tables`, run `alembic -c broker/migrations/alembic.ini revision
--autogenerate -m "why"` against a migrated database, check by hand what it wrote, set `HEAD`.
"""

HEAD = "0026"
VERSION_TABLE = "broker_version"
