//! How far a job has come, and what the sender hears of it.

use crate::support::{at, by_person, by_service, notification};
use homeroom_contract::DomainEvent;
use homeroom_notifications::{Job, JobAdvanced, Notification};
use proptest::prelude::*;

fn begin(total: u64) -> (Job, Option<JobAdvanced>) {
    let sent = Notification { sent_by: by_person("tina"), ..notification(1) };
    Job::begin(&sent, total, at(0))
}

#[test]
fn the_sender_hears_of_every_tenth() {
    let (mut job, told) = begin(1000);
    assert_eq!(told, None);
    assert_eq!(job.advance(99), None);
    assert_eq!(job.advance(100).map(|told| (told.sent, told.total)), Some((100, 1000)));
    assert_eq!(job.advance(450).map(|told| told.sent), Some(450), "several tenths at once are told once");
    assert!(!job.is_done());
    assert_eq!(job.advance(1000).map(|told| told.sent), Some(1000));
    assert!(job.is_done());
    assert_eq!((job.advance(1001), job.finish()), (None, None), "it was told that it is done");
}

#[test]
fn what_runs_again_is_heard_once_and_takes_nothing_back() {
    let (mut job, _) = begin(100);
    assert!(job.advance(50).is_some());
    let before = job.clone();
    assert_eq!(job.advance(50), None, "the same people");
    assert_eq!(job.advance(20), None, "a node that is behind");
    assert_eq!(job, before);
}

#[test]
fn a_job_ends_even_if_people_have_gone_meanwhile() {
    let (mut job, _) = begin(100);
    job.advance(97);
    assert_eq!(job.finish().map(|told| (told.sent, told.total)), Some((100, 100)));
    assert!(job.is_done());
    assert_eq!(job.finish(), None);
}

#[test]
fn a_job_for_nobody_is_done_at_once() {
    let (mut job, told) = begin(0);
    assert_eq!(told.map(|told| (told.sent, told.total)), Some((0, 0)));
    assert!(job.is_done());
    assert_eq!((job.advance(1), job.finish()), (None, None));
}

#[test]
fn a_service_is_told_in_no_room_even_if_a_person_has_its_name() {
    let (job, told) = Job::begin(&notification(1), 0, at(0));
    assert_eq!(job.sent_by, by_service("grades"));
    assert!(told.unwrap().deliveries().is_empty());
}

proptest! {
    #[test]
    fn however_it_goes_the_sender_hears_at_most_ten_times_and_at_last_that_it_is_done(
        total in 1..10_000_u64, steps in prop::collection::vec(1..12_000_u64, 1..50),
    ) {
        let (mut job, _) = begin(total);
        let mut told: Vec<u64> = steps.iter().filter_map(|sent| job.advance(*sent)).map(|told| told.sent).collect();
        told.extend(job.finish().map(|told| told.sent));
        prop_assert!(told.len() <= 10);
        prop_assert!(told.is_sorted_by(|a, b| a < b), "{told:?}");
        prop_assert_eq!(told.last(), Some(&total));
        prop_assert!(job.is_done());
    }
}
