"""Paying by a code: gateways, the clerk who asks them, and what becomes of the money."""
