//! The rules of attendance: pure, without I/O, clock or runtime.

mod bulk;
mod checkin;
mod closing;
mod code;
mod errors;
mod events;
mod evidence;
mod history;
mod ids;
mod interventions;
mod limits;
mod mark;
mod patterns;
mod record;
mod requests;
mod rooms;
mod runs;
mod status;
mod student_day;
mod wire;

pub use bulk::{BulkOutcome, Summary, mark_all};
pub use checkin::{Checkin, ShownCode};
pub use closing::Closing;
pub use code::Secret;
pub use errors::AttendanceError;
pub use events::{
    AttendanceBulkMarked, AttendanceCorrected, AttendanceMarked, CheckinClosed, CheckinCodeShown,
    CheckinOpened, InterventionTriggered, InterventionWithdrawn, PatternDetected, Place,
};
pub use evidence::{Evidence, Found, Pattern, Weekday};
pub use history::{Author, Change};
pub use ids::{CheckinId, InterventionId, RecordId};
pub use interventions::{Intervention, InterventionRule, InterventionRules, Interventions, Settled};
pub use limits::{Limits, Rules};
pub use mark::Mark;
pub use patterns::{PatternRules, Patterns};
pub use record::{Current, Origin, Record, RecordView};
pub use requests::{
    AttendanceData, BulkMark, BulkMarked, CheckIn, CheckedIn, CheckinView, CloseCheckin, ClosedCheckin,
    Correct, Corrected, FailedMark, FamilyView, InterventionView, JoinAttendance, LeaveAttendance,
    MarkAttendance, Marked, OpenCheckin, OpenedCheckin, RecordSaved, RecordToMark, StaffView, Viewer,
};
pub use rooms::AttendanceRoom;
pub use runs::{Days, ExcusedDays};
pub use status::Status;
pub use student_day::{Correction, SetMark, StudentDay};
pub use wire::{
    AttendanceBulkMarkedWsEvent, AttendanceCorrectedWsEvent, AttendanceMarkedWsEvent, CheckinCodeWsEvent,
    InterventionTriggeredWsEvent, InterventionWithdrawnWsEvent, PatternDetectedWsEvent, SessionClosedWsEvent,
    SessionOpenedWsEvent,
};
