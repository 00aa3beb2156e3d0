"""What a simulated run means, said a second time: day by day, from the definitions."""
