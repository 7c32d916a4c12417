//! One question to a Redis, without a client library: setting up and looking, before and beside what is tested.

use std::io::{self, BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

/// Sends a command as one line (RESP, "Inline commands") and gives every string and number of the answer, in order.
pub(super) fn ask(port: u16, command: &str) -> io::Result<Vec<String>> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(1)))?;
    stream.write_all(format!("{command}\r\n").as_bytes())?;
    let mut found = Vec::new();
    read(&mut BufReader::new(stream), &mut found)?;
    Ok(found)
}

fn read(from: &mut impl BufRead, found: &mut Vec<String>) -> io::Result<()> {
    let mut line = String::new();
    from.read_line(&mut line)?;
    let Some((kind, text)) = line.trim_end().split_at_checked(1) else {
        return Err(io::ErrorKind::UnexpectedEof.into());
    };
    let number = || text.parse::<usize>().map_err(io::Error::other);
    match kind {
        "+" | ":" => found.push(text.to_owned()),
        "$" => {
            let mut bytes = vec![0; number()? + 2];
            from.read_exact(&mut bytes)?;
            found.push(String::from_utf8_lossy(&bytes).trim_end().to_owned());
        }
        "*" => {
            for _ in 0..number()? {
                read(from, found)?;
            }
        }
        _ => return Err(io::Error::other(line)),
    }
    Ok(())
}
