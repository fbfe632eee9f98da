"""A member's photo, shown to who decides at the tap whether it is he. F: A12 A16"""

import sqlalchemy as sa
from sqlalchemy import Connection

from onecard.errors import Refused
from server.members import service
from server.members.tables import member, member_photo
from server.organisation.scope import Scope

PHOTO_MAX = 256 * 1024
_SIGNS = {
    "image/jpeg": (b"\xff\xd8\xff", b"\xff\xd9"),
    "image/png": (b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"),
}


def kind_of(image: bytes) -> str:
    """By what stands in it, whatever it is called. Raises ``Refused("photo.kind" | "photo.too_large")``."""
    if len(image) > PHOTO_MAX:
        raise Refused("photo.too_large", most=PHOTO_MAX // 1024)
    for kind, (start, end) in _SIGNS.items():
        if image.startswith(start) and image.rstrip(b"\x00").endswith(end):
            return kind
    raise Refused("photo.kind")


def keep(connection: Connection, scope: Scope, key: int, image: bytes, now: int) -> None:
    """This is what he looks like (writes). Raises ``Refused``."""
    kind = kind_of(image)
    row = service.by_key(connection, scope, key)
    if row is None or row["state"] == service.ERASED:
        raise Refused("member.unknown")
    mine = (member_photo.c.unit_id == scope.unit) & (member_photo.c.member == key)
    connection.execute(member_photo.delete().where(mine))
    connection.execute(
        member_photo.insert().values(unit_id=scope.unit, member=key, kind=kind, image=image, at=now)
    )


def photo_of(connection: Connection, scope: Scope, key: int) -> tuple[str, bytes] | None:
    """Kind and bytes, if there is one and the member is in ``scope``."""
    query = (
        sa.select(member_photo.c.kind, member_photo.c.image)
        .join_from(
            member_photo,
            member,
            (member.c.unit_id == member_photo.c.unit_id) & (member.c.member == member_photo.c.member),
        )
        .where(scope.by_branch(member), member.c.member == key)
    )
    row = connection.execute(query).first()
    return None if row is None else (row.kind, bytes(row.image))
