"""Coverage-guided fuzzing of readers (atheris): `python -m tests.fuzz.NAME [libFuzzer options]`."""
