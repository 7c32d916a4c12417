//! Pages of what was said.

use homeroom_contract::Code;
use homeroom_messaging::{Limits, Page};
use proptest::prelude::*;

#[test]
fn a_page_has_1_to_100_messages_and_50_if_nothing_is_said() {
    let limits = Limits::default();
    let limit = |limit| Page::asked(None, limit, &limits).map(|page| page.limit);
    assert_eq!((limit(None), limit(Some(1)), limit(Some(100))), (Ok(50), Ok(1), Ok(100)));
    for bad in [0, 101, u32::MAX] {
        assert_eq!(limit(Some(bad)).unwrap_err().code(), Code::ValidationError, "{bad}");
    }
    let small = Limits { page: 20, ..limits };
    assert_eq!(Page::asked(None, None, &small).unwrap().limit, 20, "never more than the bound");
}

#[test]
fn a_page_that_is_set_to_nothing_has_one_message() {
    for limits in [
        Limits { page: 0, ..Limits::default() },
        Limits { page: 0, page_default: 0, ..Limits::default() },
        Limits { page_default: 0, ..Limits::default() },
    ] {
        assert_eq!(Page::asked(None, None, &limits).map(|page| page.limit), Ok(1), "{limits:?}");
        assert_eq!(Page::asked(None, Some(1), &limits).map(|page| page.limit), Ok(1), "{limits:?}");
    }
}

#[test]
fn a_number_that_no_database_holds_is_before_everything() {
    let limits = Limits::default();
    let newest = Page::asked(None, None, &limits).unwrap();
    assert_eq!(Page::asked(Some(u64::MAX), None, &limits).unwrap(), newest);
    assert_eq!(newest.before_seq, 9_223_372_036_854_775_807);
}

proptest! {
    /// Going back page by page shows every message once, in order, and ends when it says so.
    #[test]
    fn paging_back_shows_every_message_once(
        seqs in prop::collection::btree_set(1..1000_u64, 0..60), limit in 1..12_u32,
    ) {
        let limits = Limits::default();
        let (mut seen, mut before) = (Vec::new(), None);
        loop {
            let page = Page::asked(before, Some(limit), &limits).unwrap();
            let rows = seqs.iter().rev().copied().filter(|seq| *seq < page.before_seq);
            let found = rows.take(page.to_look_up() as usize).collect();
            let (messages, has_more) = page.cut(found);
            prop_assert!(messages.len() <= limit as usize && messages.is_sorted());
            before = messages.first().copied();
            let is_more = before.is_some_and(|oldest| seqs.iter().any(|seq| *seq < oldest));
            prop_assert_eq!(has_more, is_more);
            seen.splice(0..0, messages);
            if !has_more {
                break;
            }
        }
        prop_assert_eq!(seen, seqs.into_iter().collect::<Vec<_>>());
    }
}
