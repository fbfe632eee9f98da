"""Management cards: plastic that carries what the office signed instead of money. F: A7

``document.py`` says what stands on one, ``plastic.py`` how it lies on an M1 card. Whoever copies such a card
copies nothing of use: the signature holds for its own UID only, and what it opens asks a PIN besides.
"""
