"""The brokerage over HTTP: JSON routes, service pages and sign-in."""
