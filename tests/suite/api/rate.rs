//! How often a client may ask, and a key be used.

use std::num::NonZeroU32;

use jida::serve::Settings;

use super::access::{get, guarded, with};
use super::server::Server;

/// How many of `count` requests at once are taken, and how long the last of the others is to wait.
async fn taken(
    server: &Server,
    path: &str,
    count: usize,
    headers: &[(&str, &str)],
) -> (usize, u64) {
    let (mut taken, mut wait) = (0, 0);
    let has_key = headers.iter().any(|&(name, _)| name == "x-jida-key");
    let whose = match has_key {
        true => "with this key",
        false => "from this address",
    };
    for _ in 0..count {
        let reply = get(server, path, headers).await;
        if reply.status == 200 {
            taken += 1;
            continue;
        }
        assert_eq!((reply.status, reply.code().as_str()), (429, "rate_limited"));
        wait = reply.header("retry-after").parse().expect("whole seconds");
        let detail = reply.json()["detail"].to_string();
        assert!(detail.contains(&format!("{wait} s")), "{detail}");
        assert!(detail.contains(whose), "{detail}");
    }
    (taken, wait)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_asks_too_often_is_told_when_to_come_back() {
    let server = with(Settings {
        rate_per_minute: NonZeroU32::new(20),
        rate_burst: NonZeroU32::new(4).expect("not zero"),
        ..Settings::default()
    })
    .await;
    let path = "/v1/ask?q=a";
    let one = [("x-forwarded-for", "203.0.113.1")];
    assert_eq!(
        taken(&server, path, 6, &one).await,
        (4, 3),
        "a place in 3 seconds"
    );
    let other = [("x-forwarded-for", "203.0.113.2")];
    assert_eq!(
        taken(&server, path, 4, &other).await.0,
        4,
        "clients are counted apart"
    );
    let forged = [("x-forwarded-for", "198.51.100.9, 203.0.113.1")];
    assert_eq!(
        taken(&server, path, 1, &forged).await.0,
        0,
        "what a client adds itself is not believed"
    );
    let neighbours = [
        ("x-forwarded-for", "2001:db8::1"),
        ("x-forwarded-for", "2001:db8::ffff:2"),
    ];
    let mut together = 0;
    for neighbour in neighbours {
        together += taken(&server, path, 4, &[neighbour]).await.0;
    }
    assert_eq!(together, 4, "an IPv6 network is one client");
    assert_eq!(taken(&server, "/healthz", 9, &one).await.0, 9);
    assert_eq!(
        taken(&server, path, 9, &[]).await.0,
        9,
        "a program on this machine"
    );

    // The promise is kept.
    let wait = taken(&server, path, 1, &one).await.1;
    tokio::time::sleep(std::time::Duration::from_secs(wait)).await;
    assert_eq!(taken(&server, path, 1, &one).await.0, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_can_be_turned_off_and_keys_have_their_own() {
    let server = with(Settings {
        rate_per_minute: None,
        ..Settings::default()
    })
    .await;
    let one = [("x-forwarded-for", "203.0.113.1")];
    assert_eq!(taken(&server, "/v1/entries", 400, &one).await.0, 400);

    let server = guarded().await;
    assert_eq!(
        taken(&server, "/v1/entries", 3, &[("x-jida-key", "few")]).await,
        (2, 30)
    );
    assert_eq!(
        taken(&server, "/v1/entries", 9, &[("x-jida-key", "all")])
            .await
            .0,
        9
    );
}
