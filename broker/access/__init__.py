"""Who may do and see what: roles, the organisation each belongs to, and the access list."""
