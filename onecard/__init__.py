"""What a stored-value card system *is*: money, cards, books, rules, wire, journal, devices, screens.

Knows none of the three applications (kiosk, pos, server); they import this, never the other way round.
"""
