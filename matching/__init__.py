"""Who could live where, and the best joint plan: pure, without database, web or clock."""
