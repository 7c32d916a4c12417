//! Keys: `tenant:kind[:part…]`. What people choose is escaped, so that no id can reach into another key.

use std::borrow::Cow;
use std::fmt;

use homeroom_contract::TenantId;

/// Where something is kept.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(String);

impl Key {
    /// Something of one tenant.
    pub fn of(tenant: &TenantId, kind: &'static str) -> Self {
        Self(format!("{}:{kind}", escape(tenant.as_str())))
    }

    /// Something of the whole deployment, such as the leases of its nodes. No tenant's key begins like this.
    pub fn shared(kind: &'static str) -> Self {
        Self(format!(":{kind}"))
    }

    /// Below this one: `.and("p-1")`.
    #[must_use]
    pub fn and(mut self, part: &str) -> Self {
        self.0.push(':');
        self.0.push_str(&escape(part));
        self
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.0)
    }
}

/// Braces too: a Redis Cluster places a key by what is between them.
pub(crate) fn escape(part: &str) -> Cow<'_, str> {
    if !part.contains(['%', ':', '{', '}']) {
        return part.into();
    }
    let mut escaped = String::with_capacity(part.len() + 8);
    for char in part.chars() {
        match char {
            '%' => escaped.push_str("%25"),
            ':' => escaped.push_str("%3A"),
            '{' => escaped.push_str("%7B"),
            '}' => escaped.push_str("%7D"),
            char => escaped.push(char),
        }
    }
    escaped.into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn different_ids_have_different_keys(one in "[a:%{}37ABD]{1,6}", two in "[a:%{}37ABD]{1,6}") {
            let tenant = TenantId::new("d").unwrap();
            let key = |parts: &[&str]| {
                parts.iter().fold(Key::of(&tenant, "poll"), |key, part| key.and(part))
            };
            prop_assert_eq!(key(&[&one]) == key(&[&two]), one == two);
            prop_assert_ne!(key(&[&one, &two]), key(&[&format!("{one}:{two}")]));
            let other = Key::of(&TenantId::new(&one).unwrap(), "poll");
            prop_assert_eq!(other == Key::of(&TenantId::new(&two).unwrap(), "poll"), one == two);
            prop_assert_ne!(other, Key::shared("poll"));
        }
    }
}
