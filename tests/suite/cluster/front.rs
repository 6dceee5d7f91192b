//! What stands before a cluster: a proxy that speaks TLS, asks for a password, refuses some requests, is slow or ends
//! connections.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// What a front replies instead of the cluster: a status line and JSON. It is given the head of a request.
type Rule = fn(&str) -> Option<(&'static str, &'static str)>;

/// What a front does to what passes through it.
#[derive(Clone)]
pub(super) enum Manner {
    /// Passes on what no rule refuses.
    Rule(Rule),
    /// The same behind TLS.
    Tls(Arc<ServerConfig>),
    /// Passes everything on, after a while.
    Slow(Duration),
    /// Keeps each connection, as it seems, and ends it when it is used again.
    CutsOff,
}

/// A proxy on a port of its own. Its threads end with the tests.
pub(super) struct Front {
    pub(super) addr: SocketAddr,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    asked: AtomicUsize,
    cut_off: AtomicUsize,
}

impl Front {
    pub(super) fn plain(upstream: &str, rule: Rule) -> Front {
        Front::start(upstream, Manner::Rule(rule))
    }

    /// One behind a certificate for its address, and whom to trust for that, in PEM.
    pub(super) fn tls(upstream: &str) -> (Front, String) {
        let key = || KeyPair::generate().expect("a key");
        let mut authority = CertificateParams::default();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let (authority_key, node_key) = (key(), key());
        let trusted = authority
            .self_signed(&authority_key)
            .expect("a certificate");
        let issuer = Issuer::new(authority, authority_key);
        let node = CertificateParams::new(["127.0.0.1".to_owned()]).expect("an address");
        let node = node.signed_by(&node_key, &issuer).expect("a certificate");
        let node_key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(node_key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions of TLS")
            .with_no_client_auth()
            .with_single_cert(vec![node.der().clone()], node_key);
        let manner = Manner::Tls(Arc::new(config.expect("they fit")));
        (Front::start(upstream, manner), trusted.pem())
    }

    pub(super) fn start(upstream: &str, manner: Manner) -> Front {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let addr = listener.local_addr().expect("an address");
        let upstream = upstream.trim_start_matches("http://").to_owned();
        let counts = Arc::new(Counts::default());
        let counted = counts.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (upstream, manner) = (upstream.clone(), manner.clone());
                let counts = counted.clone();
                counts.asked.fetch_add(1, Ordering::Relaxed);
                // A client that goes away, as one does that trusts no stranger, is no failure.
                std::thread::spawn(move || -> std::io::Result<()> {
                    match manner {
                        Manner::Rule(rule) => pass(stream, &upstream, rule, true),
                        Manner::Tls(config) => {
                            let session =
                                ServerConnection::new(config).map_err(std::io::Error::other)?;
                            pass(StreamOwned::new(session, stream), &upstream, |_| None, true)
                        }
                        Manner::Slow(wait) => {
                            std::thread::sleep(wait);
                            pass(stream, &upstream, |_| None, true)
                        }
                        Manner::CutsOff => {
                            pass(&stream, &upstream, |_| None, false)?;
                            (&stream).read_exact(&mut [0])?;
                            counts.cut_off.fetch_add(1, Ordering::Relaxed);
                            Ok(())
                        }
                    }
                });
            }
        });
        Front { addr, counts }
    }

    /// How many connections it took.
    pub(super) fn asked(&self) -> usize {
        self.counts.asked.load(Ordering::Relaxed)
    }

    /// How many connections it ended when they were used again.
    pub(super) fn cut_off(&self) -> usize {
        self.counts.cut_off.load(Ordering::Relaxed)
    }
}

/// One request and its reply, which may say that the connection ends with it.
fn pass(
    mut client: impl Read + Write,
    upstream: &str,
    rule: Rule,
    says_the_end: bool,
) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        client.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let is_length = name.eq_ignore_ascii_case("content-length");
        is_length.then(|| value.trim().parse().ok())?
    });
    let mut body = vec![0; length.unwrap_or(0)];
    client.read_exact(&mut body)?;
    if let Some((status, json)) = rule(&head) {
        let length = json.len();
        write!(
            client,
            "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{json}"
        )?;
        return client.flush();
    }
    let mut server = TcpStream::connect(upstream)?;
    let head = head.replacen("\r\n", "\r\nconnection: close\r\n", 1);
    server.write_all(head.as_bytes())?;
    server.write_all(&body)?;
    let mut reply = Vec::new();
    server.read_to_end(&mut reply)?;
    let end = reply.windows(4).position(|bytes| bytes == b"\r\n\r\n");
    let (head, body) = reply.split_at(end.map_or(reply.len(), |end| end + 2));
    let head = String::from_utf8_lossy(head);
    let is_kept = |line: &&str| !line.to_ascii_lowercase().starts_with("connection:");
    let mut lines: Vec<&str> = head.split_inclusive("\r\n").filter(is_kept).collect();
    if says_the_end {
        // Said, since nobody is to ask again on a connection that ends here.
        lines.push("connection: close\r\n");
    }
    client.write_all(lines.concat().as_bytes())?;
    client.write_all(body)?;
    client.flush()
}
