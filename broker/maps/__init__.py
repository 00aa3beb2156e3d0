"""Maps: the boundaries of the boroughs and their neighbours, and drawings of what lies where."""
