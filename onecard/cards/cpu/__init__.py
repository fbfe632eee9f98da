"""CPU cards with a PBOC electronic purse ("EP"): commands, keys and MACs, PSAM, and a session.

Nothing here was tried on a real chip; what differs between card makers stands in ``profile.py`` as data.
"""
