"""What a placement costs, for whom, under which contract: pure, without database, web or clock."""
