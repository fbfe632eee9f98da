"""Management cards at the office: issued, listed, expired and stopped like any card. F: A7"""
