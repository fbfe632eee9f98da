"""The network cable between the stations and the server: a TCP relay that somebody can pull out.

Pulled means what it means on a wall: open connections die in the middle and new ones find nobody.
"""

import contextlib
import select
import socket
import threading

_CHUNK = 65_536


class NetworkCable:
    """Relays ``127.0.0.1:port`` to the server while it is plugged in.

    ``port`` 0 lets the system choose; read it back. ``bytes_up`` / ``bytes_down`` count what passed.
    """

    def __init__(self, server: tuple[str, int], port: int = 0) -> None:
        self._server = server
        self._listener: socket.socket | None = None
        self._pairs: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._closed = False
        self.bytes_up = 0
        self.bytes_down = 0
        self.port = port
        self.plug()

    @property
    def plugged(self) -> bool:
        """Whether the cable is in the wall."""
        return self._listener is not None

    def plug(self) -> None:
        """Put the cable in; does nothing when it is in already."""
        if self._listener is not None:
            return
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(64)
        self.port = listener.getsockname()[1]
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), name="cable", daemon=True).start()

    def pull(self) -> None:
        """Take the cable out: what is in flight is lost, new connections are refused."""
        listener, self._listener = self._listener, None
        if listener is not None:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        with self._lock:
            pairs, self._pairs = self._pairs, set()
        for end in pairs:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """For ever."""
        self._closed = True
        self.pull()

    def _accept(self, listener: socket.socket) -> None:
        while not self._closed and self._listener is listener:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._relay, args=(near,), name="cable-pair", daemon=True).start()

    def _relay(self, near: socket.socket) -> None:
        try:
            far = socket.create_connection(self._server, timeout=3)
        except OSError:
            near.close()
            return
        near.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        far.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        far.settimeout(None)
        with self._lock:
            if self._listener is None:
                near.close()
                far.close()
                return
            self._pairs |= {near, far}
        try:
            self._copy(near, far)
        finally:
            with self._lock:
                self._pairs -= {near, far}
            near.close()
            far.close()

    def _copy(self, near: socket.socket, far: socket.socket) -> None:
        while True:
            ready, _, _ = select.select([near, far], [], [], 60)
            for end in ready:
                try:
                    data = end.recv(_CHUNK)
                    if not data:
                        return
                    if end is near:
                        self.bytes_up += len(data)
                        far.sendall(data)
                    else:
                        self.bytes_down += len(data)
                        near.sendall(data)
                except OSError:
                    return
