"""MIFARE Classic ("M1") as a purse: three sectors, two record copies, one session object."""

from onecard.cards.m1.card import M1Card

__all__ = ["M1Card"]
