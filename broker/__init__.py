"""The brokerage: records, workflow, audit, data exchange, capacity modelling and command line."""
