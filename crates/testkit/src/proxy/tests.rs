use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::*;

const PATIENCE: Duration = Duration::from_secs(30);

/// A server that says its letter to whoever comes, and then everything back.
fn echo(letter: u8, tasks: &mut JoinSet<()>) -> String {
    let (listener, port) = listen().unwrap();
    tasks.spawn(async move {
        let mut connections = JoinSet::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            connections.spawn(async move {
                let (mut from, mut to) = stream.split();
                to.write_all(&[letter]).await.ok();
                tokio::io::copy(&mut from, &mut to).await.ok();
            });
        }
    });
    format!("tcp://127.0.0.1:{port}/x")
}

async fn connect(proxy: &Proxy) -> io::Result<TcpStream> {
    TcpStream::connect((Ipv4Addr::LOCALHOST, port_of(proxy.url()).unwrap())).await
}

async fn read(stream: &mut TcpStream, count: usize) -> Vec<u8> {
    let mut bytes = vec![0; count];
    timeout(PATIENCE, stream.read_exact(&mut bytes)).await.expect("in time").expect("a whole answer");
    bytes
}

async fn is_cut(stream: &mut TcpStream) -> bool {
    timeout(PATIENCE, stream.read(&mut [0; 1])).await.expect("in time").is_ok_and(|read| read == 0)
}

#[tokio::test]
async fn a_cut_ends_connections_and_refuses_new_ones_until_it_is_healed() {
    let mut tasks = JoinSet::new();
    let proxy = Proxy::before(&echo(b'a', &mut tasks)).await;
    let mut stream = connect(&proxy).await.unwrap();
    stream.write_all(b"b").await.unwrap();
    assert_eq!(read(&mut stream, 2).await, b"ab");

    proxy.cut();
    assert!(is_cut(&mut stream).await);
    while connect(&proxy).await.is_ok() {
        tokio::task::yield_now().await;
    }
    proxy.heal();
    let again = async {
        loop {
            if let Ok(stream) = connect(&proxy).await {
                break stream;
            }
            tokio::task::yield_now().await;
        }
    };
    let mut again = timeout(PATIENCE, again).await.expect("it takes connections again");
    assert_eq!(read(&mut again, 1).await, b"a");
}

#[tokio::test]
async fn what_is_held_back_one_way_comes_when_it_is_healed() {
    let mut tasks = JoinSet::new();
    let proxy = Proxy::before(&echo(b'a', &mut tasks)).await;
    let mut stream = connect(&proxy).await.unwrap();
    assert_eq!(read(&mut stream, 1).await, b"a");
    proxy.stall(Direction::ToServer);
    stream.write_all(b"kept").await.unwrap();
    let mut other = connect(&proxy).await.unwrap();
    assert_eq!(read(&mut other, 1).await, b"a", "the other way is free");
    let early = timeout(Duration::from_millis(50), stream.read(&mut [0; 4])).await;
    assert!(early.is_err(), "nothing comes");
    proxy.heal();
    assert_eq!(read(&mut stream, 4).await, b"kept");
}

#[tokio::test]
async fn connections_take_turns_and_pass_over_a_server_that_is_gone() {
    let mut tasks = JoinSet::new();
    let (one, other) = (echo(b'1', &mut tasks), echo(b'2', &mut tasks));
    let gone = format!("tcp://127.0.0.1:{}/x", place::free_port().unwrap());
    let proxy = Proxy::before_any(&[&one, &other, &gone]).await;
    let mut letters = Vec::new();
    for _ in 0..6 {
        letters.extend(read(&mut connect(&proxy).await.unwrap(), 1).await);
    }
    letters.sort_unstable();
    assert!(letters.starts_with(b"11") && letters.ends_with(b"22"), "{letters:?}");
}
