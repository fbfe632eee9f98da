"""The kiosk: a member loads cash, looks up a balance, alone, in front of a touch screen."""
