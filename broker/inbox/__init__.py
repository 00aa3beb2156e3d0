"""Files from case-management systems, taken row by row: kept, or waiting for a person."""
