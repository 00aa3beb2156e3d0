"""The audit: who saw and did what, in a chain that shows any change."""
