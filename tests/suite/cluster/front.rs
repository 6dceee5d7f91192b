//! What stands before a cluster: a proxy that speaks TLS, asks for a password, or refuses some requests.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// What a front replies instead of the cluster: a status line and JSON. It is given the head of a request.
type Rule = fn(&str) -> Option<(&'static str, &'static str)>;

/// A proxy on a port of its own. Its threads end with the tests.
pub(super) struct Front {
    pub(super) addr: SocketAddr,
}

impl Front {
    /// Passes on what no rule refuses.
    pub(super) fn plain(upstream: &str, rule: Rule) -> Front {
        Front::start(upstream, rule, None)
    }

    /// The same behind a certificate that [`authority`] signed.
    pub(super) fn tls(upstream: &str, rule: Rule) -> Front {
        let folder = fixtures();
        let certificate = CertificateDer::from_pem_file(folder.join("node.pem"));
        let key = PrivateKeyDer::from_pem_file(folder.join("node.key"));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions of TLS")
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.expect("a certificate")],
                key.expect("a key"),
            );
        Front::start(upstream, rule, Some(Arc::new(config.expect("they fit"))))
    }

    fn start(upstream: &str, rule: Rule, tls: Option<Arc<ServerConfig>>) -> Front {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let addr = listener.local_addr().expect("an address");
        let upstream = upstream.trim_start_matches("http://").to_owned();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (upstream, tls) = (upstream.clone(), tls.clone());
                // A client that goes away, as one does that trusts no stranger, is no failure.
                std::thread::spawn(move || match tls {
                    None => pass(stream, &upstream, rule),
                    Some(config) => {
                        let session =
                            ServerConnection::new(config).map_err(std::io::Error::other)?;
                        pass(StreamOwned::new(session, stream), &upstream, rule)
                    }
                });
            }
        });
        Front { addr }
    }
}

/// The file of whom to trust.
pub(super) fn authority() -> std::path::PathBuf {
    fixtures().join("authority.pem")
}

fn fixtures() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tls")
}

/// One request and its reply; then the connection is closed.
fn pass(mut client: impl Read + Write, upstream: &str, rule: Rule) -> std::io::Result<()> {
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
    // Said, since nobody is to ask again on a connection that ends here.
    let end = reply.iter().position(|&byte| byte == b'\n').unwrap_or(0) + 1;
    client.write_all(&reply[..end])?;
    client.write_all(b"connection: close\r\n")?;
    client.write_all(&reply[end..])?;
    client.flush()
}
