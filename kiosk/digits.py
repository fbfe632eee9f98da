"""What a touch on the pad does to the digits typed so far. Pure."""


def typed(text: str, key: str, most: int) -> str:
    """``key`` as the pad names it, without its ``pad:``; what does not fit changes nothing."""
    match key:
        case "clear":
            return ""
        case "backspace":
            return text[:-1]
        case _ if key.isascii() and key.isdigit():
            return (text + key)[:most]
    return text
