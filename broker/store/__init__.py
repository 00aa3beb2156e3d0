"""The records of the brokerage: rows in and out of the database, compared, changed with history."""
