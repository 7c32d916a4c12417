//! Whatever is done to a sitting, in whatever order: what always holds.

use homeroom_assessment::{Assessment, Extra, Sitting};
use homeroom_contract::Timestamp;
use proptest::prelude::*;

use crate::support::{ann, exam, limits, nine, save, sec, started, user};

/// What may be done to a sitting, at a time after the last.
#[derive(Debug, Clone)]
enum Deed {
    Start,
    Save(i64, u64),
    Submit,
    Settle,
    Pause,
    Resume,
    Extend(u32),
    Warn,
    Reset,
}

fn some_deeds() -> impl Strategy<Value = Vec<(u64, Deed)>> {
    let deed = prop_oneof![
        2 => Just(Deed::Start),
        6 => (0..3_i64, 1..6_u64).prop_map(|(choice, rev)| Deed::Save(choice, rev)),
        1 => Just(Deed::Submit),
        2 => Just(Deed::Settle),
        2 => Just(Deed::Pause),
        2 => Just(Deed::Resume),
        1 => (1..600_u32).prop_map(Deed::Extend),
        1 => Just(Deed::Warn),
        1 => Just(Deed::Reset),
    ];
    prop::collection::vec((0..400_u64, deed), 0..30)
}

fn play(sitting: &mut Sitting, exam: &Assessment, deed: &Deed, at: Timestamp) {
    let limits = limits();
    if let Deed::Start = deed {
        let _ = sitting.start(exam, at, &limits);
    } else if let Deed::Extend(add) = deed {
        let _ = sitting.extend(exam, Extra::AddSec(*add), at, &limits);
    }
    let Some(attempt) = sitting.current_mut() else { return };
    match deed {
        Deed::Save(choice, rev) => _ = save(attempt, exam, *choice, *rev, at),
        Deed::Submit => _ = attempt.submit(&user("ann"), at, &limits),
        Deed::Settle => _ = attempt.settle(at, &limits),
        Deed::Pause => _ = attempt.pause(at, &limits),
        Deed::Resume => _ = attempt.resume(at, &limits),
        Deed::Warn => _ = attempt.warn(at, &limits),
        Deed::Reset => _ = attempt.reset(&user("tina"), "Ill", at, &limits),
        Deed::Start | Deed::Extend(_) => {}
    }
}

proptest! {
    /// Whoever looks whenever: where an attempt stands, and what is handed in, are the same whether somebody settled it on the
    /// way or only at the end, and it comes back from being stored as it was.
    #[test]
    fn looking_changes_nothing_and_so_does_storing(deeds in some_deeds(), rest in 0..5000_u64) {
        let (exam, limits) = (exam(), limits());
        let (mut watched, mut alone, mut now) = (ann(&exam), ann(&exam), 0);
        for (later, deed) in &deeds {
            now += later;
            if let Some(attempt) = watched.current_mut() {
                attempt.settle(sec(now), &limits);
            }
            play(&mut watched, &exam, deed, sec(now));
            if !matches!(deed, Deed::Settle) {
                play(&mut alone, &exam, deed, sec(now));
            }
            let stored = serde_json::to_string(&alone).unwrap();
            prop_assert_eq!(serde_json::from_str::<Sitting>(&stored).unwrap(), alone.clone());
        }
        let end = sec(now + rest);
        for sitting in [&mut watched, &mut alone] {
            sitting.current_mut().and_then(|attempt| attempt.settle(end, &limits));
        }
        let seen = |sitting: &Sitting| -> Vec<_> {
            let attempts = sitting.attempts.iter();
            attempts.map(|attempt| {
                let answers: Vec<_> = attempt.answers.values().cloned().collect();
                (attempt.standing(end, &limits), attempt.submission, answers, attempt.expires_at)
            }).collect()
        };
        prop_assert_eq!(seen(&watched), seen(&alone));
    }

    /// A saved answer only ever gives way to a higher rev, and none is saved at or after the end.
    #[test]
    fn answers_only_go_forward_and_never_past_the_end(deeds in some_deeds()) {
        let exam = exam();
        let (mut sitting, mut now) = (started(&exam, nine()), 0);
        for (later, deed) in deeds {
            now += later;
            let before = sitting.current().cloned();
            play(&mut sitting, &exam, &deed, sec(now));
            if let (Some(before), Some(after)) = (before, sitting.current())
                && before.attempt_id == after.attempt_id
            {
                prop_assert!(after.rev() >= before.rev());
                if after.answers != before.answers {
                    prop_assert!(after.rev() > before.rev());
                    prop_assert!(sec(now) < before.expires_at && before.submission.is_none());
                }
                prop_assert!(before.submission.is_none() || after.submission == before.submission);
            }
        }
    }

    /// Whatever came before, at most one attempt counts, and it is the last.
    #[test]
    fn at_most_one_attempt_counts(deeds in some_deeds()) {
        let exam = exam();
        let (mut sitting, mut now) = (ann(&exam), 0);
        for (later, deed) in deeds {
            now += later;
            play(&mut sitting, &exam, &deed, sec(now));
        }
        let earlier = sitting.attempts.len().saturating_sub(1);
        prop_assert!(sitting.attempts[..earlier].iter().all(|attempt| attempt.reset.is_some()));
    }
}
