//! A Redis that is spoken to over TLS only, and the authority that has signed its certificate.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Redis, Role};
use crate::Error;
use crate::error::or_panic;
use crate::process::run;

/// What is made of elliptic curves is made at once.
const KEY: [&str; 5] = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

impl Redis {
    /// A server of this test's own that takes TLS connections only, `rediss://…`.
    #[track_caller]
    pub fn start_tls() -> Redis {
        or_panic(Self::try_start(|_| Ok(Role::Tls)))
    }

    /// The file with the certificate of the authority that has signed the server's; to be trusted.
    pub fn authority(&self) -> PathBuf {
        self.folder.path().join("authority.crt")
    }
}

/// Makes an authority and a server's certificate for 127.0.0.1 in this folder.
pub(super) fn certificates(folder: &Path) -> Result<(), Error> {
    let openssl = |args: &[&str]| {
        let mut command = Command::new("openssl");
        command.current_dir(folder).args(["req", "-x509", "-days", "2"]).args(KEY).args(args);
        run("openssl", &mut command).map(drop)
    };
    openssl(&["-keyout", "authority.key", "-out", "authority.crt", "-subj", "/CN=A test's authority"])?;
    let signed = ["-CA", "authority.crt", "-CAkey", "authority.key", "-subj", "/CN=A test's Redis"];
    let of = ["-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE"];
    openssl(&[&["-keyout", "redis.key", "-out", "redis.crt"][..], &signed, &of].concat())
}
