"""What a touch on the pad does to what was typed so far. Pure."""


def typed(text: str, key: str, most: int, *, letters: bool = False) -> str:
    """``key`` as the pad names it, without its ``pad:``; what does not fit changes nothing.

    ``letters``: capitals, dash and point as well, as in numbers of people.
    """
    match key:
        case "clear":
            return ""
        case "backspace":
            return text[:-1]
        case _ if key.isascii() and key.isdigit():
            return (text + key)[:most]
        case _ if letters and len(key) == 1 and (key in "-." or "A" <= key <= "Z"):
            return (text + key)[:most]
    return text
