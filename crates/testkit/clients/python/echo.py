"""The stock Python client against the echo server: python echo.py URL TRANSPORT"""

import sys

from expect import Client, equal

url, transport = sys.argv[1:]
# "upgrade" is what the client does by itself: polling first.
transports = ["polling", "websocket"] if transport == "upgrade" else [transport]

client = Client(url, transports, ["/", "/custom"], auth={"token": "t", "nested": {"é": [1]}})
for namespace in ("/", "/custom"):
    equal(client.next("auth", namespace), ({"token": "t", "nested": {"é": [1]}},))
    args = (1, "zwei ☃", {"3": [True, None]}, [])
    client.sio.emit("message", args, namespace=namespace)
    equal(client.next("message-back", namespace), args)
    equal(client.acked("message-with-ack", args, namespace), args)

    binary = ({"file": bytes([0, 1, 255])}, bytes([7]) * 70_000)
    client.sio.emit("message", binary, namespace=namespace)
    equal(client.next("message-back", namespace), binary)
    equal(client.acked("message-with-ack", binary, namespace), binary)

for number in range(50):
    equal(client.acked("message-with-ack", number), number)
if transport == "upgrade":
    equal(client.sio.transport(), "websocket")
client.sio.disconnect()

(error,) = Client.refused(url, transports, "/nowhere")
equal(error["message"], "Invalid namespace")
