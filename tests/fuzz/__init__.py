"""Damaged bytes into every parser of bytes from outside. ``python -m tests.fuzz`` runs it at length."""
