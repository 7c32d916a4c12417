//! Where a notification leads: to a path of the platform itself, or to an address that begins with `https://`.
//!
//! A client makes a link of it that people press without looking. So nothing runs in the client's page (`javascript:`,
//! `data:`), nothing can be changed on its way (`http:`), and nothing leads elsewhere than it seems to: `//host` and `/\host` are
//! other hosts to a browser, a tab within an address is dropped, and `https://school@host` is not the school's.

/// Whether a notification may have that link.
pub(crate) fn is_sound(link: &str) -> bool {
    let odd = |letter: char| letter == '\\' || letter.is_whitespace() || letter.is_control();
    if link.contains(odd) {
        return false;
    }
    match link.strip_prefix("https://") {
        Some(rest) => names_a_host(rest),
        None => link.starts_with('/') && !link.starts_with("//"),
    }
}

/// Whether what follows `https://` begins with a host and nobody's name before it (RFC 3986, section 3.2).
fn names_a_host(rest: &str) -> bool {
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.split(':').next().unwrap_or_default();
    !host.is_empty() && !authority.contains('@')
}
