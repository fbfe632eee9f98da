"""The lane: concurrent requests are collected and committed together, by one writer.

Natural batching: while one batch is on its way to disk the next one forms; no timer, so a lone request never
waits. A batch that fails is halved until the request that fails stands alone. Knows nothing of money.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Any, TypeVar

import structlog
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from onecard.clock import Clock
from onecard.errors import OneCardError, StoreError
from server.books.posting import Command, post
from server.db import Database

R = TypeVar("R")
_log = structlog.get_logger()

#: Records and requests per transaction: more holds the writer too long, fewer waste the fsync.
BATCH = 1_000
#: Weight that may wait; beyond it callers are told to come again.
QUEUE = 20_000


class Overloaded(OneCardError):
    """The queue is full: come again in a second, with the same ids."""

    def __init__(self) -> None:
        super().__init__("server.busy", retry_after_s=1)


class Lane:
    """One per process. Must be used from one event loop."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self.db = db
        self.clock = clock
        self._queue: deque[tuple[Command[Any], asyncio.Future[Any]]] = deque()
        self._weight = 0
        self._runner: asyncio.Task[None] | None = None

    async def do(self, command: Command[R]) -> R:
        """The committed result of one command, or what made it impossible."""
        # A caller that goes away cancels its future only: the command is committed all the same.
        return await self._put(command)

    async def post(self, commands: Sequence[Command[R]]) -> list[R]:
        """The committed results of many, in order; they may be committed together or not."""
        futures = [self._put(command) for command in commands]
        return list(await asyncio.gather(*futures))

    def _put(self, command: Command[R]) -> "asyncio.Future[R]":
        if self._weight + command.weight > QUEUE and self._queue:
            raise Overloaded
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._queue.append((command, future))
        self._weight += command.weight
        if self._runner is None:
            self._runner = asyncio.create_task(self._run())
        return future

    async def _run(self) -> None:
        try:
            while self._queue:
                batch: list[tuple[Command[Any], asyncio.Future[Any]]] = []
                weight = 0
                while self._queue and (not batch or weight + self._queue[0][0].weight <= BATCH):
                    command, future = self._queue.popleft()
                    batch.append((command, future))
                    weight += command.weight
                self._weight -= weight
                await self._commit(batch)
        finally:
            self._runner = None

    async def _commit(self, batch: list[tuple[Command[Any], "asyncio.Future[Any]"]]) -> None:
        """Commit all, or halve; every future is answered when this returns."""
        commands = [command for command, _ in batch]
        try:
            results = await self._write(commands)
        except (OperationalError, InterfaceError) as error:
            # The database is away, full or locked: no command is to blame, so none is tried alone.
            _log.error("database_failed", exc_info=error)
            for _, future in batch:
                if not future.done():
                    future.set_exception(StoreError("server.store_failed"))
        except Exception as error:
            if len(batch) > 1:
                middle = len(batch) // 2
                await self._commit(batch[:middle])
                await self._commit(batch[middle:])
            else:
                await self._commit_parts(*batch[0], error)
        else:
            _answer(batch, results)

    async def _commit_parts(
        self, command: Command[Any], future: "asyncio.Future[Any]", error: Exception
    ) -> None:
        """A command that fails alone: part by part if it has any, otherwise its caller learns why."""
        parts = command.parts()
        if not parts:
            _log.error("command_failed", command=type(command).__name__, exc_info=error)
            if not future.done():
                future.set_exception(error)
            return
        futures = []
        for part in parts:
            inner: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
            await self._commit([(part, inner)])
            futures.append(inner)
        if future.done():
            return
        failures = [failure for inner in futures if (failure := inner.exception()) is not None]
        if failures:
            future.set_exception(failures[0])
        else:
            future.set_result(command.joined([inner.result() for inner in futures]))

    async def _write(self, commands: list[Command[Any]]) -> list[Any]:
        now = self.clock.now()
        try:
            return await self.db.write(lambda connection: post(connection, commands, now))
        except DBAPIError as error:
            # The commit may or may not have happened; the same ids again give the same answers.
            if error.connection_invalidated or _serialisation(error):
                return await self.db.write(lambda connection: post(connection, commands, now))
            raise


def _answer(batch: "list[tuple[Command[Any], asyncio.Future[Any]]]", results: list[Any]) -> None:
    for (_, future), result in zip(batch, results, strict=True):
        if not future.done():
            future.set_result(result)


def _serialisation(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) in {"40001", "40P01"}
