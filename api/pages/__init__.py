"""The service's pages for people: the same functions that the routes for programs call, shown."""

from __future__ import annotations
