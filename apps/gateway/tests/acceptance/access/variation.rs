//! Random variations of a district.

use proptest::prelude::*;

use crate::support::district::Variation;

pub(crate) fn variation() -> impl Strategy<Value = Variation> {
    (
        prop_oneof![
            Just("p-".to_owned()),
            Just("a:staff:".to_owned()),
            Just("100%3A".to_owned()),
            Just("学校 é ".to_owned()),
            "[a-z:%]{1,6}-",
        ],
        any::<[bool; 6]>(),
        0_usize..12,
    )
        .prop_map(
            |(prefix, [link_on_child, parent, principal, ext_aide, teaches_both, deep], bystanders)| {
                Variation {
                    prefix,
                    link_on_child,
                    parent,
                    principal,
                    ext_aide,
                    bystanders,
                    teaches_both,
                    deep,
                }
            },
        )
}
