"""The stock Python client against a gateway: a teacher and a student in a gradebook.

python gateway.py URL SCENE, where SCENE is JSON: teacher, student, expired (tokens), classId, lineItemId, studentId
"""

import json
import sys
import time

from expect import Client, equal

NAMESPACE = "/gradebook"

url, scene = sys.argv[1], json.loads(sys.argv[2])
class_id, line_item_id, student_id = scene["classId"], scene["lineItemId"], scene["studentId"]


def connect(token):
    return Client(url, ["websocket"], [NAMESPACE], auth={"token": token})


def ok(client, event, payload):
    ack = client.acked(event, payload, NAMESPACE)
    equal(ack.get("success"), True)
    return ack["data"]


def failed(client, event, payload, code):
    ack = client.acked(event, payload, NAMESPACE)
    equal((ack.get("success"), ack.get("code")), (False, code))
    return ack


for token, code in (("nonsense", "UNAUTHENTICATED"), (scene["expired"], "TOKEN_EXPIRED")):
    (error,) = Client.refused(url, ["websocket"], NAMESPACE, auth={"token": token})
    equal(error["data"]["code"], code)

teacher, student = connect(scene["teacher"]), connect(scene["student"])
equal(ok(teacher, "gradebook:join", {"classId": class_id})["initialData"]["view"], "staff")
equal(ok(student, "gradebook:join", {"classId": class_id})["initialData"]["view"], "family")

grade = {"lineItemId": line_item_id, "studentId": student_id, "score": 18.5, "clientId": f"py-{time.time_ns()}"}
version = ok(teacher, "grade:set", grade)["version"]
(update,) = teacher.next("grade.updated", NAMESPACE)
equal((update["score"], update["version"]), (18.5, version))
equal(ok(teacher, "grade:set", grade), {"version": version})
conflict = failed(
    teacher,
    "grade:set",
    {"lineItemId": line_item_id, "studentId": student_id, "score": 1, "expectedVersion": version - 1},
    "VERSION_CONFLICT",
)
equal(conflict["current"]["version"], version)

equal(ok(teacher, "grades:post", {"lineItemId": line_item_id, "studentIds": [student_id]}), {"count": 1})
(posted,) = student.next("grade.posted", NAMESPACE)
equal((posted["score"], posted["studentId"]), (18.5, student_id))

failed(student, "grade:set", grade, "UNAUTHORIZED")
failed(teacher, "grade:set", {"lineItemId": 7}, "VALIDATION_ERROR")
failed(teacher, "grade:frame", {}, "UNKNOWN_EVENT")

for client in (teacher, student):
    client.sio.disconnect()
