"""Long work in a process of its own: heard while it goes on, and ended when its time is over."""
