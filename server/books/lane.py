"""The lane: concurrent requests are collected and committed together, by one writer.

Natural batching: while one batch is on its way to disk the next one forms; no timer, so a lone request never
waits. When many are there a batch takes half of them, so that the database works for one half while this
process listens to the other. A batch that fails is halved until the request that fails stands alone. Knows
nothing of money.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

import structlog
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from onecard.clock import Clock
from onecard.errors import OneCardError, StoreError
from server.books.posting import Command, post
from server.db import Database

R = TypeVar("R")
R_contra = TypeVar("R_contra", contravariant=True)
_log = structlog.get_logger()

#: Records and requests per transaction: more holds the writer too long, fewer waste the fsync.
BATCH = 1_000
#: So few are not divided into two halves: a transaction costs as much as fifteen sales, which on two busy
#: cores is more than working side by side brings.
FEW = 64
#: So often a batch is written that another transaction got in the way of.
TRIES = 3
#: Weight that may wait; beyond it callers are told to come again.
QUEUE = 20_000


class Overloaded(OneCardError):
    """The queue is full: come again in a second, with the same ids."""

    def __init__(self) -> None:
        super().__init__("server.busy", retry_after_s=1)


class Waiter(Protocol[R_contra]):
    """Who waits for a result: a future, or whatever is told like one. Told once."""

    def done(self) -> bool: ...

    def set_result(self, result: R_contra, /) -> None: ...

    def set_exception(self, error: BaseException, /) -> None: ...


class Lane:
    """One per process. Must be used from one event loop."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self.db = db
        self.clock = clock
        self._queue: deque[tuple[Command[Any], Waiter[Any]]] = deque()
        self._weight = 0
        #: How much was there when the last batch was done: in it or waiting.
        self._crowd = 0
        self._runner: asyncio.Task[None] | None = None
        self._answers: list[tuple[Waiter[Any], Any, BaseException | None]] = []

    async def do(self, command: Command[R]) -> R:
        """The committed result of one command, or what made it impossible."""
        # A caller that goes away cancels its future only: the command is committed all the same.
        return await self._asked(command)

    async def post(self, commands: Sequence[Command[R]]) -> list[R]:
        """The committed results of many, in order; they may be committed together or not."""
        return list(await asyncio.gather(*(self._asked(command) for command in commands)))

    def _asked(self, command: Command[R]) -> "asyncio.Future[R]":
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self.put(command, future)
        return future

    def put(self, command: Command[R], waiter: Waiter[R]) -> None:
        """Line one command up; ``waiter`` is told on the event loop. Raises ``Overloaded``."""
        weight = command.weight
        if self._weight + weight > QUEUE and self._queue:
            raise Overloaded
        self._queue.append((command, waiter))
        self._weight += weight
        if self._runner is None:
            self._runner = asyncio.create_task(self._run())

    async def _run(self) -> None:
        try:
            while self._queue:
                await self._gathered()
                batch, weight = self._taken()
                going = asyncio.create_task(self._commit(batch))
                await asyncio.sleep(0)
                # While the database looks at this batch, those of the last one are told.
                self._tell()
                await going
                self._crowd = weight + self._weight
                if self._weight < self._share():
                    self._tell()
        finally:
            self._tell()
            self._runner = None

    def _share(self) -> int:
        """The weight of the next batch, if that much waits."""
        return min(BATCH, max(FEW, (max(self._crowd, self._weight) + 1) // 2))

    async def _gathered(self) -> None:
        """Take what has already arrived with the first: once round the loop, as long as that brings more.

        No timer: who comes alone waits for one look at the sockets. Without it every answered batch is
        followed by one of two or three, which costs as much.
        """
        before = 0
        while before < self._weight < self._share():
            before = self._weight
            await asyncio.sleep(0)

    def _taken(self) -> tuple[list[tuple[Command[Any], Waiter[Any]]], int]:
        """The next batch and its weight."""
        batch: list[tuple[Command[Any], Waiter[Any]]] = []
        weight, most = 0, self._share()
        while self._queue and (not batch or weight + self._queue[0][0].weight <= most):
            command, waiter = self._queue.popleft()
            batch.append((command, waiter))
            weight += command.weight
        self._weight -= weight
        return batch, weight

    def _tell(self) -> None:
        """Tell everybody whose answer is known."""
        answers, self._answers = self._answers, []
        for waiter, result, error in answers:
            try:
                if waiter.done():
                    continue
                if error is None:
                    waiter.set_result(result)
                else:
                    waiter.set_exception(error)
            except Exception:
                # What is committed stays so; whoever waits behind this one is told all the same.
                _log.exception("waiter_failed")

    async def _commit(self, batch: list[tuple[Command[Any], Waiter[Any]]]) -> None:
        """Commit all, or halve; the answer to every waiter is known when this returns."""
        commands = [command for command, _ in batch]
        try:
            results = await self._write(commands)
        except Exception as error:
            if _blames_nobody(error):
                # The database is away, full, locked or in another's way: none is tried alone.
                _log.error("database_failed", exc_info=error)
                for _, waiter in batch:
                    self._answers.append((waiter, None, StoreError("server.store_failed")))
            elif len(batch) > 1:
                middle = len(batch) // 2
                await self._commit(batch[:middle])
                await self._commit(batch[middle:])
            else:
                await self._commit_parts(*batch[0], error)
        else:
            self._answers += (
                (waiter, result, None) for (_, waiter), result in zip(batch, results, strict=True)
            )

    async def _commit_parts(self, command: Command[Any], waiter: Waiter[Any], error: Exception) -> None:
        """A command that fails alone: part by part if it has any, otherwise its caller learns why."""
        parts = command.parts()
        if not parts:
            _log.error("command_failed", command=type(command).__name__, exc_info=error)
            self._answers.append((waiter, None, error))
            return
        answers = []
        for part in parts:
            await self._commit([(part, waiter)])
            answers.append(self._answers.pop())  # of a part, which nobody waits for
        failure = next((error for _, _, error in answers if error is not None), None)
        result = None if failure is not None else command.joined([result for _, result, _ in answers])
        self._answers.append((waiter, result, failure))

    async def _write(self, commands: list[Command[Any]]) -> list[Any]:
        now, units = self.clock.now(), {command.unit for command in commands}
        for left in reversed(range(TRIES)):
            try:
                return await self.db.post(lambda connection: post(connection, commands, now), units)
            except DBAPIError as error:
                # The commit may or may not have happened; the same ids again give the same answers.
                if not left or not (error.connection_invalidated or _serialisation(error)):
                    raise
        raise AssertionError("the last try returns or raises")


def _blames_nobody(error: Exception) -> bool:
    """Whether the same commands may well pass another time: halving them would only keep good ones out."""
    if isinstance(error, (OperationalError, InterfaceError)):
        return True
    return isinstance(error, DBAPIError) and _serialisation(error)


def _serialisation(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) in {"40001", "40P01"}
