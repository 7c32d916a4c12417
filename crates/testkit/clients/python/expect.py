"""What the scripts share: a client that keeps what it receives, so that a script can wait for it."""

import queue

import socketio

LIMIT_S = 20


class Client:
    """A python-socketio client and the events that it has received."""

    def __init__(self, url, transports, namespaces, auth=None):
        self._prepare(namespaces)
        self.sio.connect(
            url, transports=transports, namespaces=namespaces, auth=auth, wait_timeout=LIMIT_S
        )

    @classmethod
    def refused(cls, url, transports, namespace, auth=None):
        """What the server says to a client that it doesn't let in."""
        client = cls.__new__(cls)
        client._prepare([namespace])
        try:
            client.sio.connect(
                url, transports=transports, namespaces=[namespace], auth=auth, wait_timeout=LIMIT_S
            )
        except socketio.exceptions.ConnectionError:
            return client.next("connect_error", namespace)
        raise AssertionError(f"{namespace} let it in")

    def _prepare(self, namespaces):
        self.sio = socketio.Client(reconnection=False)
        self.events = {}
        for namespace in namespaces:
            self.sio.on("*", self._keeper(namespace), namespace=namespace)
            for event in ("connect_error", "disconnect"):
                self.sio.on(event, self._keeper(namespace, event), namespace=namespace)

    def _queue(self, namespace, event):
        return self.events.setdefault((namespace, event), queue.Queue())

    def _keeper(self, namespace, event=None):
        if event is not None:
            return lambda *args: self._queue(namespace, event).put(args)
        return lambda name, *args: self._queue(namespace, name).put(args)

    def next(self, event, namespace="/"):
        """The arguments of the next event of that name."""
        try:
            return self._queue(namespace, event).get(timeout=LIMIT_S)
        except queue.Empty:
            raise AssertionError(f"no {event} in {namespace} within {LIMIT_S} s") from None

    def acked(self, event, data, namespace="/"):
        """What the server acknowledges with."""
        return self.sio.call(event, data, namespace=namespace, timeout=LIMIT_S)


def equal(found, wanted):
    """Fails with both."""
    if found != wanted:
        raise AssertionError(f"{found!r} is not {wanted!r}")
