"""The smallest route that FastAPI can have: what this machine answers at most."""

from fastapi import FastAPI

app = FastAPI(openapi_url=None)


@app.get("/")
async def smallest() -> dict[str, str]:
    """Nothing to look up."""
    return {}
