//! The other process: members who listen, and one of each room who speaks.

use std::error::Error;
use std::io::{BufRead as _, Write as _};

use futures_util::future::try_join_all;
use homeroom_auth::{Grant, Signer};
use homeroom_client::{Client, Options, Socket};
use homeroom_contract::{Clock as _, SystemClock, TenantId, UserId};
use serde_json::json;
use std::time::Duration;

use crate::Flags;
use crate::server::SECRET;

/// 64 bytes.
const TEXT: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// Connects everyone, waits for the word, speaks, and says how many messages arrived.
pub(crate) async fn run(flags: &Flags, url: &str) -> Result<(), Box<dyn Error>> {
    let mut rooms = Vec::new();
    for room in 0..flags.rooms {
        rooms.push(try_join_all((0..flags.members).map(|member| member_of(url, room, member))).await?);
    }
    tell("ready")?;
    let mut go = String::new();
    std::io::stdin().lock().read_line(&mut go)?;
    try_join_all(rooms.iter().enumerate().map(|(room, members)| speak(flags, room, members))).await?;
    tell(&(flags.rooms * (flags.members - 1) * flags.messages).to_string())?;
    Ok(())
}

fn tell(line: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

async fn member_of(url: &str, room: usize, member: usize) -> Result<(Client, Socket), Box<dyn Error>> {
    let until = SystemClock.now().plus(Duration::from_hours(1));
    let grant = Grant::person(UserId::new(format!("u-{room}-{member}"))?, until);
    let token = Signer::new(SECRET)?.sign(&grant.in_district(TenantId::new("d")?))?;
    let client = Client::connect(Options::new(url).token(token)).await?;
    let socket = client.namespace("/hall").await?;
    socket.request("hall:enter", &json!({ "room": format!("room:{room}") })).await?;
    Ok((client, socket))
}

/// The first member speaks; this ends when all others have heard everything.
async fn speak(flags: &Flags, room: usize, members: &[(Client, Socket)]) -> Result<(), Box<dyn Error>> {
    let Some(((_, speaker), listeners)) = members.split_first() else { return Ok(()) };
    let say = json!({ "room": format!("room:{room}"), "text": TEXT });
    let speaking = async {
        let mut left = flags.messages;
        while left > 0 {
            let burst = left.min(flags.burst.max(1));
            try_join_all((0..burst).map(|_| speaker.request("hall:say", &say))).await?;
            left -= burst;
        }
        Ok::<_, Box<dyn Error>>(())
    };
    let listening = try_join_all(listeners.iter().map(|(_, socket)| async {
        for _ in 0..flags.messages {
            socket.next_event().await.ok_or("a listener was sent away")?;
        }
        Ok::<_, Box<dyn Error>>(())
    }));
    futures_util::future::try_join(speaking, listening).await?;
    Ok(())
}
