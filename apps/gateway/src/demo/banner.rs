//! What a newcomer sees: who to be, with tokens, and a snippet for the stock JavaScript client.

use std::net::SocketAddr;

use homeroom_contract::{Clock as _, SystemClock};

use super::Demo;
use crate::stop::Stop;

/// The snippet, with `@@WORDS@@` to be filled in.
const SNIPPET: &str = include_str!("snippet.js");

/// The text to print once the demo is served at that address.
pub(crate) fn banner(demo: &Demo, address: SocketAddr) -> Result<String, Stop> {
    let cast = &demo.cast;
    let people = [
        ("teacher", &cast.teacher),
        ("student", &cast.student),
        ("parent", &cast.parent),
        ("principal", &cast.principal),
    ];
    let who = people.map(|(role, user)| format!("  {role:<10} {user}\n")).concat();
    let tokens = people.iter().map(|(role, user)| Ok(format!("  {role}: \"{}\",\n", demo.token(user)?)));
    let tokens = tokens.collect::<Result<String, Stop>>()?;
    let today = SystemClock.now().to_utc().date_naive();
    let snippet = SNIPPET
        .replace("@@URL@@", &format!("http://{address}"))
        .replace("  @@TOKENS@@\n", &tokens)
        .replace("@@CLASS@@", cast.class.as_str())
        .replace("@@SESSION@@", cast.session.as_str())
        .replace("@@STUDENT@@", cast.student.as_str())
        .replace("@@TODAY@@", &today.to_string());
    let renewed = if demo.renewed { "The district has been brought up to today.\n" } else { "" };
    Ok(format!(
        "\nHomeroom's demo is at http://{address} (data in ./{folder}, delete it for a new district).\n{renewed}\n\
         District {district}, class {class}:\n{who}\n\
         To see what each of them receives, make an empty folder, and in it\n\n  \
         npm install socket.io-client@4.8\n\nand paste this into `node` (the tokens in it are good for 12 hours):\n\n{snippet}\n",
        folder = super::FOLDER,
        district = cast.district,
        class = cast.class,
    ))
}
