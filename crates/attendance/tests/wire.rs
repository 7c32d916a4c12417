//! What goes over the wire, to the letter: every request and its reply, every event, their schemas, and who receives what.

use homeroom_attendance::{
    AttendanceBulkMarkedWsEvent, AttendanceCorrectedWsEvent, AttendanceMarkedWsEvent, BulkMark, CheckIn,
    CheckinCodeWsEvent, CheckinId, CloseCheckin, Correct, InterventionTriggeredWsEvent,
    InterventionWithdrawnWsEvent, JoinAttendance, LeaveAttendance, MarkAttendance, OpenCheckin, Origin,
    PatternDetectedWsEvent, RecordId, RecordToMark, RecordView, SessionClosedWsEvent, SessionOpenedWsEvent,
    Status,
};
use homeroom_contract::Failure;
use homeroom_testkit::wire::Wire;
use serde_json::{Value, json};

use crate::school::{at, class, day, user};

/// A record with all that it can say.
fn full() -> Value {
    json!({ "recordId": "r1", "classId": "c1", "studentId": "ann", "date": "2026-11-16", "status": "PARTIAL", "reason": "Dentist",
        "arrivalAt": "2026-11-16T09:10:00.000Z", "departureAt": "2026-11-16T11:00:00.000Z", "version": 2, "origin": "CORRECTION",
        "markedBy": "tina", "markedAt": "2026-11-16T12:00:00.000Z" })
}

/// One with no more than it must.
fn bare() -> Value {
    json!({ "recordId": "r2", "classId": "c1", "studentId": "bob", "date": "2026-11-16", "status": "ABSENT", "version": 1,
        "origin": "AUTO_ABSENT", "markedBy": "tina", "markedAt": "2026-11-16T12:00:00.000Z" })
}

/// What these two are.
fn summary() -> Value {
    json!({ "present": 1, "absent": 1, "late": 0, "excused": 0, "earlyDeparture": 0, "partial": 1 })
}

fn nobody() -> Value {
    json!({ "present": 0, "absent": 0, "late": 0, "excused": 0, "earlyDeparture": 0, "partial": 0 })
}

/// The two in brief.
fn saved() -> Value {
    json!([{ "studentId": "ann", "recordId": "r1", "status": "PARTIAL", "version": 2 },
        { "studentId": "bob", "recordId": "r2", "status": "ABSENT", "version": 1 }])
}

fn view(record: Value) -> RecordView {
    serde_json::from_value(record).unwrap()
}

fn joins(wire: &mut Wire) {
    let names = json!([{ "studentId": "ann", "givenName": "Ann", "familyName": "Able" }]);
    let open = json!({ "sessionId": "s7", "lateAfter": "2026-11-16T08:10:00.000Z", "closesAt": "2026-11-16T08:45:00.000Z",
        "code": "012345", "expiresAt": "2026-11-16T08:00:30.000Z" });
    let intervention = json!({ "interventionId": "i1", "studentId": "ann", "rule": "ABSENCE_RATE", "count": 2, "tier": 10, "enrolledDays": 20,
            "since": "2026-10-01", "until": "2026-11-16" });
    let row = json!({ "interventionId": "i2", "studentId": "bob", "rule": "CONSECUTIVE_ABSENCES", "count": 3, "tier": 3,
        "since": "2026-11-12", "until": "2026-11-16" });
    wire.join::<JoinAttendance>(
        json!({ "classId": "c1", "date": "2026-11-16" }),
        json!({ "view": "staff", "classId": "c1", "date": "2026-11-16", "students": names, "records": [full(), bare()],
            "summary": summary(), "checkin": open, "interventions": [intervention, row] }),
    );
    wire.join::<JoinAttendance>(
        json!({}),
        json!({ "view": "staff", "classId": "c1", "date": "2026-11-16", "students": [], "records": [], "summary": nobody() }),
    );
    wire.join::<JoinAttendance>(
        json!({ "classId": "c1" }),
        json!({ "view": "staff", "classId": "c1", "date": "2026-11-16", "students": [], "records": [], "summary": nobody(),
            "interventions": [] }),
    );
    let known = json!({ "sessionId": "s7", "lateAfter": "2026-11-16T08:10:00.000Z", "closesAt": "2026-11-16T08:45:00.000Z" });
    wire.join::<JoinAttendance>(
        json!({ "classId": "c1" }),
        json!({ "view": "family", "classId": "c1", "date": "2026-11-16", "students": names, "records": [full()],
            "checkin": known }),
    );
    wire.refused::<JoinAttendance>(json!({ "date": "16.11.2026" }));
    wire.leave::<LeaveAttendance>(json!({ "classId": "c1" }));
    wire.leave::<LeaveAttendance>(json!({}));
}

fn marks(wire: &mut Wire) {
    wire.command::<MarkAttendance>(
        json!({ "classId": "c1", "studentId": "ann", "date": "2026-11-16", "status": "PARTIAL", "reason": "Dentist",
            "arrivalAt": "2026-11-16T09:10:00.000Z", "departureAt": "2026-11-16T11:00:00.000Z", "expectedVersion": 1 }),
        json!({ "record": full(), "version": 2 }),
    );
    wire.command::<MarkAttendance>(
        json!({ "studentId": "bob", "date": "2026-11-16", "status": "ABSENT" }),
        json!({ "record": bare(), "version": 1 }),
    );
    wire.refused::<MarkAttendance>(json!({ "studentId": "bob", "date": "2026-11-16", "status": "absent" }));
    wire.refused::<MarkAttendance>(json!({ "studentId": "bob", "status": "ABSENT" }));
    wire.refused::<MarkAttendance>(
        json!({ "studentId": "bob", "date": "2026-11-16", "status": "LATE", "arrivalAt": "09:10" }),
    );
    let sent = json!([
        { "studentId": "ann", "status": "PARTIAL", "reason": "Dentist", "arrivalAt": "2026-11-16T09:10:00.000Z",
            "departureAt": "2026-11-16T11:00:00.000Z", "expectedVersion": 1 },
        { "studentId": "bob", "status": "ABSENT" },
        { "studentId": "cleo", "status": "ABSENT", "expectedVersion": 1 },
        { "studentId": "dan", "status": "ABSENT", "expectedVersion": 1 },
        { "studentId": "eve", "status": "ABSENT" },
    ]);
    let mut of_cleo = full();
    (of_cleo["recordId"], of_cleo["studentId"]) = ("r3".into(), "cleo".into());
    let failed = json!([
        { "studentId": "cleo", "code": "VERSION_CONFLICT", "error": "The record has been changed in the meantime.",
            "current": { "version": 2, "record": of_cleo } },
        { "studentId": "dan", "code": "VERSION_CONFLICT", "error": "The record has been changed in the meantime.",
            "current": { "version": 0 } },
        { "studentId": "eve", "code": "NOT_FOUND", "error": "There is no such student in this class." },
    ]);
    wire.command::<BulkMark>(
        json!({ "classId": "c1", "date": "2026-11-16", "records": sent }),
        json!({ "summary": summary(), "saved": saved(), "failed": failed }),
    );
    wire.command::<BulkMark>(
        json!({ "date": "2026-11-16", "records": [] }),
        json!({ "summary": nobody(), "saved": [], "failed": [] }),
    );
    wire.refused::<BulkMark>(
        json!({ "date": "2026-11-16", "records": [{ "studentId": "ann", "status": "HERE" }] }),
    );
    wire.command::<Correct>(
        json!({ "recordId": "r1", "status": "PARTIAL", "reason": "Was in the library", "arrivalAt": "2026-11-16T09:10:00.000Z",
            "departureAt": "2026-11-16T11:00:00.000Z", "expectedVersion": 1 }),
        json!({ "record": full() }),
    );
    let mut corrected = bare();
    (corrected["status"], corrected["version"], corrected["origin"]) =
        ("PRESENT".into(), 2.into(), "CORRECTION".into());
    wire.command::<Correct>(
        json!({ "recordId": "r2", "status": "PRESENT", "reason": "Was in the library" }),
        json!({ "record": corrected }),
    );
    (corrected["status"], corrected["version"]) = ("LATE".into(), 3.into());
    wire.command::<Correct>(
        json!({ "recordId": "r2", "status": "LATE", "reason": "Nobody saw when", "arrivalAt": null, "departureAt": null }),
        json!({ "record": corrected }),
    );
    wire.refused::<Correct>(json!({ "recordId": "r1", "status": "PRESENT" }));
}

fn checkins(wire: &mut Wire) {
    let reply = json!({ "sessionId": "s7", "code": "012345", "expiresAt": "2026-11-16T08:00:30.000Z" });
    let asked = json!({ "classId": "c1", "rotateSec": 30, "lateAfterMin": 10, "closesAt": "2026-11-16T08:45:00.000Z" });
    wire.command::<OpenCheckin>(asked, reply.clone());
    let asked = json!({ "rotateSec": 30, "lateAfterMin": 10, "closesAt": "2026-11-16T08:45:00.000Z" });
    wire.command::<OpenCheckin>(asked, reply);
    wire.refused::<OpenCheckin>(
        json!({ "rotateSec": -1, "lateAfterMin": 10, "closesAt": "2026-11-16T08:45:00.000Z" }),
    );
    wire.command::<CheckIn>(json!({ "sessionId": "s7", "code": "012345" }), json!({ "status": "LATE" }));
    wire.refused::<CheckIn>(json!({ "sessionId": "s7", "code": 12345 }));
    wire.command::<CloseCheckin>(json!({ "sessionId": "s7" }), json!({ "autoAbsent": ["bob"] }));
    wire.command::<CloseCheckin>(json!({ "sessionId": "s7" }), json!({ "autoAbsent": [] }));
    wire.refused::<CloseCheckin>(json!({}));
}

fn events(wire: &mut Wire) {
    wire.event::<AttendanceMarkedWsEvent>(full());
    wire.event::<AttendanceMarkedWsEvent>(bare());
    wire.event::<AttendanceBulkMarkedWsEvent>(
        json!({ "classId": "c1", "date": "2026-11-16", "by": "tina", "summary": summary(), "records": saved() }),
    );
    let old = json!({ "status": "PARTIAL", "reason": "Dentist", "arrivalAt": "2026-11-16T09:10:00.000Z",
        "departureAt": "2026-11-16T11:00:00.000Z" });
    wire.event::<AttendanceCorrectedWsEvent>(
        json!({ "recordId": "r1", "classId": "c1", "studentId": "ann", "date": "2026-11-16", "old": old,
            "new": { "status": "PRESENT" }, "version": 2, "by": "tina", "reason": "Was in the library" }),
    );
    wire.event::<AttendanceCorrectedWsEvent>(
        json!({ "recordId": "r1", "classId": "c1", "studentId": "ann", "date": "2026-11-16", "old": { "status": "ABSENT" },
            "new": { "status": "PRESENT" }, "version": 2, "by": "tina" }),
    );
    wire.event::<InterventionTriggeredWsEvent>(
        json!({ "interventionId": "i1", "classId": "c1", "studentId": "ann", "rule": "ABSENCE_RATE", "count": 2, "tier": 10,
            "enrolledDays": 20, "since": "2026-10-01", "until": "2026-11-16" }),
    );
    wire.event::<InterventionTriggeredWsEvent>(
        json!({ "interventionId": "i2", "classId": "c1", "studentId": "ann", "rule": "CONSECUTIVE_ABSENCES", "count": 3, "tier": 3,
            "since": "2026-11-12", "until": "2026-11-16" }),
    );
    wire.event::<InterventionWithdrawnWsEvent>(
        json!({ "interventionId": "i2", "classId": "c1", "studentId": "ann", "rule": "CONSECUTIVE_ABSENCES", "tier": 3 }),
    );
    let weekday = json!({ "weekday": "MONDAY", "dates": ["2026-11-02", "2026-11-09", "2026-11-16"], "records": 4,
        "otherAbsences": 1, "otherRecords": 16 });
    wire.event::<PatternDetectedWsEvent>(
        json!({ "classId": "c1", "studentId": "ann", "pattern": "WEEKDAY", "evidence": weekday }),
    );
    let period = json!({ "dates": ["2026-11-11", "2026-11-12", "2026-11-16"], "records": 5 });
    wire.event::<PatternDetectedWsEvent>(
        json!({ "classId": "c1", "studentId": "ann", "pattern": "PERIOD", "evidence": period }),
    );
    let late = json!({ "dates": ["2026-11-12", "2026-11-13", "2026-11-16"], "records": 3 });
    wire.event::<PatternDetectedWsEvent>(
        json!({ "classId": "c1", "studentId": "ann", "pattern": "LATE_STREAK", "evidence": late }),
    );
    wire.event::<CheckinCodeWsEvent>(
        json!({ "classId": "c1", "sessionId": "s7", "code": "012345", "expiresAt": "2026-11-16T08:00:30.000Z" }),
    );
    wire.event::<SessionOpenedWsEvent>(
        json!({ "classId": "c1", "sessionId": "s7", "lateAfter": "2026-11-16T08:10:00.000Z",
            "closesAt": "2026-11-16T08:45:00.000Z" }),
    );
    wire.event::<SessionClosedWsEvent>(json!({ "classId": "c1", "sessionId": "s7", "autoAbsent": ["bob"] }));
    wire.event::<SessionClosedWsEvent>(json!({ "classId": "c1", "sessionId": "s7" }));
}

#[test]
fn every_request_and_event() {
    let mut wire = Wire::default();
    joins(&mut wire);
    marks(&mut wire);
    checkins(&mut wire);
    events(&mut wire);
    insta::assert_json_snapshot!(wire.written());
}

/// Every refusal as the ack that clients get.
#[test]
fn every_refusal() {
    use homeroom_attendance::{AttendanceError as Refused, Current};
    use homeroom_contract::FieldError;
    let stale = Current { version: 2, record: Some(view(full())) };
    let refusals: Vec<Value> = [
        Refused::NotFound("record"),
        Refused::NotAllowed,
        Refused::Stale(Box::new(stale)),
        Refused::Contended,
        Refused::Locked,
        Refused::NotForStatus { field: "arrivalAt", status: Status::Absent },
        Refused::NotOnThatDay { field: "departureAt" },
        Refused::NotYetCome,
        Refused::LeftBeforeArrival,
        Refused::BadYear { field: "date" },
        Refused::Twice(user("ann")),
        Refused::BadClose { most_minutes: 240 },
        Refused::AlreadyOpen(CheckinId::new("s7").unwrap()),
        Refused::Closed,
        Refused::OldCode,
        Refused::WrongCode,
        Refused::TooManyWrongCodes,
        Refused::OtherDay,
        FieldError::Blank { field: "reason" }.into(),
    ]
    .into_iter()
    .map(|refused| serde_json::to_value(Failure::from(refused)).unwrap())
    .collect();
    insta::assert_json_snapshot!(refusals);
}

#[test]
fn what_is_written_here_is_what_any_client_would_send() {
    let sent = MarkAttendance::new(class(), user("ann"), day("2026-11-16"), Status::Absent);
    let wire = json!({ "classId": "c1", "studentId": "ann", "date": "2026-11-16", "status": "ABSENT" });
    assert_eq!(serde_json::to_value(sent).unwrap(), wire);
    let sent = Correct::new(RecordId::new("r1").unwrap(), Status::EarlyDeparture, "Left at noon");
    let wire = json!({ "recordId": "r1", "status": "EARLY_DEPARTURE", "reason": "Left at noon" });
    assert_eq!(serde_json::to_value(sent).unwrap(), wire);
    let records = vec![RecordToMark::new(user("ann"), Status::Late)];
    let sent = BulkMark::new(class(), day("2026-11-16"), records);
    let wire = json!({ "classId": "c1", "date": "2026-11-16", "records": [{ "studentId": "ann", "status": "LATE" }] });
    assert_eq!(serde_json::to_value(sent).unwrap(), wire);
    let sent = OpenCheckin::new(class(), 30, 10, at("2026-11-16T08:45:00Z"));
    let wire = json!({ "classId": "c1", "rotateSec": 30, "lateAfterMin": 10, "closesAt": "2026-11-16T08:45:00.000Z" });
    assert_eq!(serde_json::to_value(sent).unwrap(), wire);
    let session = CheckinId::new("s7").unwrap();
    let sent = CheckIn::new(session.clone(), "012345");
    assert_eq!(serde_json::to_value(sent).unwrap(), json!({ "sessionId": "s7", "code": "012345" }));
    assert_eq!(serde_json::to_value(CloseCheckin::new(session)).unwrap(), json!({ "sessionId": "s7" }));
    assert_eq!(serde_json::to_value(JoinAttendance::of(class())).unwrap(), json!({ "classId": "c1" }));
    assert_eq!(serde_json::to_value(LeaveAttendance::of(class())).unwrap(), json!({ "classId": "c1" }));
    assert_eq!(serde_json::to_value(Origin::CheckIn).unwrap(), "CHECK_IN");
}
