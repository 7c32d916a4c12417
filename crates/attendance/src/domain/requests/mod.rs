//! What a client may ask for and what it is answered: the same types in the gateway, which reads the requests and writes the
//! replies, and in any other service, which writes the requests and reads the replies.
//!
//! A field that says nothing is left out, so that what is written here is what any other client would send.

mod bulk_mark;
mod checkin;
mod correct;
mod join;
mod mark;
mod views;

pub use bulk_mark::{BulkMark, BulkMarked, FailedMark, RecordSaved, RecordToMark};
pub use checkin::{CheckIn, CheckedIn, CloseCheckin, ClosedCheckin, OpenCheckin, OpenedCheckin};
pub use correct::{Correct, Corrected};
pub use join::{AttendanceData, JoinAttendance, LeaveAttendance};
pub use mark::{MarkAttendance, Marked};
pub use views::{CheckinView, FamilyView, InterventionView, StaffView, Viewer};

homeroom_contract::requests! {
    join JoinAttendance = "attendance:join" => AttendanceData;
    leave LeaveAttendance = "attendance:leave";
    command MarkAttendance = "attendance:mark" => Marked;
    command BulkMark = "attendance:bulk-mark" => BulkMarked;
    command Correct = "attendance:correct" => Corrected;
    command OpenCheckin = "attendance:open-checkin" => OpenedCheckin;
    command CheckIn = "attendance:check-in" => CheckedIn;
    command CloseCheckin = "attendance:close" => ClosedCheckin;
}
