"""The rules a ward works by: they read patients and observations and never the body."""
