//! Who is there, and for how long that holds.

use std::time::Duration;

use homeroom_contract::{Code, Failure};
use homeroom_messaging::{
    FileId, FileStatus, Limits, Presence,
    PresenceStatus::{Away, Offline, Online},
    UploadProgress,
};

use crate::school::at;

#[test]
fn who_says_no_more_is_offline_after_five_minutes() {
    let limits = Limits::default();
    let online = Presence { status: Online, last_seen_at: at(0) };
    assert_eq!(online.as_of(at(299), &limits), online);
    assert_eq!(online.as_of(at(300), &limits), Presence { status: Offline, last_seen_at: at(0) });
    assert_eq!(limits.presence_lasts(), Duration::from_mins(5));
    assert_eq!(limits.typing_lasts(), Duration::from_secs(5));
}

#[test]
fn of_several_devices_the_most_present_counts() {
    let limits = Limits::default();
    let device = |status, second| Presence { status, last_seen_at: at(second) };
    let together =
        |devices: &[Presence], now| Presence::of_devices(devices.iter().copied(), at(now), &limits);
    assert_eq!(together(&[], 10), None);
    let devices = [device(Online, 0), device(Away, 60), device(Offline, 90)];
    assert_eq!(together(&devices, 100), Some(device(Online, 90)));
    assert_eq!(together(&devices, 300), Some(device(Away, 90)), "the first has fallen silent");
    assert_eq!(together(&devices, 1000), Some(device(Offline, 90)));
}

#[test]
fn an_upload_is_within_0_and_100_percent() {
    let report = |progress| {
        let file_id = FileId::new("f1").unwrap();
        UploadProgress { file_id, progress, status: FileStatus::Uploading }.checked()
    };
    assert_eq!((report(0).unwrap().progress, report(100).unwrap().progress), (0, 100));
    for beyond in [-1, 101, 256, 300, i64::MIN, i64::MAX] {
        let refused = Failure::from(report(beyond).unwrap_err());
        assert_eq!((refused.code, refused.message.as_str()), PROGRESS, "{beyond}");
    }
}

const PROGRESS: (Code, &str) = (Code::ValidationError, "progress must be within 0 and 100.");
