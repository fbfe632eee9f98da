"""The simulated hardware a person can use from a browser: cards, readers, notes, receipts, the network cable.

Everything here stands *outside* the product, where hands, plastic and wires would be; the stations under test
see only a real PC/SC reader, a real serial port, a real TCP printer and a real network.
"""
