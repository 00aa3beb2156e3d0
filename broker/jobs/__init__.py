"""Long work on record: asked for, done by a worker process, never lost and never done twice."""
