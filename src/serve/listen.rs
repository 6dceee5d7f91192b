//! Taking the port, and serving until told to stop.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt;

use crate::locale::{Locale, Localized};
use crate::serve::client::Peer;
use crate::serve::places::{Place, Places};
use crate::serve::settings::Settings;

/// Why the server can't start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Another program listens on the port.
    #[error("{0} is in use by another program")]
    PortInUse(SocketAddr),
    /// The system does not let this user listen there.
    #[error("listening on {0} is not allowed")]
    PortForbidden(SocketAddr),
    /// The port can't be taken for another reason.
    #[error("can't listen on {addr}: {source}")]
    Bind {
        /// Where to.
        addr: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// A configured origin is none.
    #[error("{0:?} is not an origin")]
    BadOrigin(String),
    /// Strangers could come, and nothing says who the operator is.
    #[error("{0} can be reached from other machines, and no admin key is set")]
    Public(SocketAddr),
    /// Two keys are the same.
    #[error("{0} and {1} are the same key")]
    SameKey(String, String),
    /// A limit of nothing would refuse everything.
    #[error("{0} must be at least 1")]
    ZeroLimit(&'static str),
}

impl Localized for ServeError {
    fn message(&self, locale: Locale) -> String {
        if locale == Locale::En {
            return self.to_string();
        }
        match self {
            ServeError::PortInUse(addr) => format!("{addr} 已被其他程序占用"),
            ServeError::PortForbidden(addr) => format!("没有权限监听 {addr}"),
            ServeError::Bind { addr, source } => format!("无法监听 {addr}：{source}"),
            ServeError::BadOrigin(origin) => format!("“{origin}”不是有效的来源（origin）"),
            ServeError::Public(addr) => {
                format!("其他机器能访问 {addr}，却没有设管理密钥")
            }
            ServeError::SameKey(one, other) => format!("{one} 与 {other} 是同一个密钥"),
            ServeError::ZeroLimit(name) => format!("{name} 至少为 1"),
        }
    }

    fn hint(&self, locale: Locale) -> Option<String> {
        Some(match self {
            ServeError::PortInUse(addr) => {
                let next = SocketAddr::new(addr.ip(), addr.port().checked_add(1).unwrap_or(8080));
                locale.pick(
                    format!("停掉占用端口的程序，或换一个端口：jida serve --addr {next}"),
                    format!("stop that program, or take another port: jida serve --addr {next}"),
                )
            }
            ServeError::PortForbidden(addr) => {
                let free = SocketAddr::new(addr.ip(), 8080);
                locale.pick(
                    format!("1024 以下的端口需要特权，可改用：jida serve --addr {free}"),
                    format!("ports below 1024 need privileges; try: jida serve --addr {free}"),
                )
            }
            ServeError::Bind { .. } => locale
                .pick(
                    "地址应属于本机，例如 127.0.0.1:8080；监听所有地址用 0.0.0.0:8080",
                    "the address must belong to this machine, for example 127.0.0.1:8080, or 0.0.0.0:8080 for all of its addresses",
                )
                .to_owned(),
            ServeError::BadOrigin(_) => locale
                .pick(
                    "写成 https://www.example.com 的形式，末尾不带斜杠；* 表示任意来源",
                    "write it like https://www.example.com, without a slash at the end; * means any origin",
                )
                .to_owned(),
            ServeError::Public(addr) => locale.pick(
                format!(
                    "设管理密钥：环境变量 JIDA_ADMIN_KEY；若无需从别处管理，就明说：jida serve --addr {addr} --public"
                ),
                format!(
                    "set one in the variable JIDA_ADMIN_KEY or, if nobody is to administer it from elsewhere, say so: jida serve --addr {addr} --public"
                ),
            ),
            ServeError::SameKey(..) => locale
                .pick("每个密钥应各不相同", "give each a key of its own")
                .to_owned(),
            ServeError::ZeroLimit(_) => locale
                .pick("删去这一项即可使用默认值", "leave it out to get the default")
                .to_owned(),
        })
    }
}

/// Takes the port.
///
/// # Errors
/// [`ServeError`], with what to do about it.
pub async fn bind(addr: SocketAddr) -> Result<TcpListener, ServeError> {
    TcpListener::bind(addr)
        .await
        .map_err(|source| match source.kind() {
            io::ErrorKind::AddrInUse => ServeError::PortInUse(addr),
            io::ErrorKind::PermissionDenied => ServeError::PortForbidden(addr),
            _ => ServeError::Bind { addr, source },
        })
}

/// Serves until `shutdown` resolves, then lets the requests in flight finish, at most for the drain
/// timeout.
///
/// The framework's own loop would do, but for connections that never say anything: it neither times them
/// out nor bounds their number.
///
/// # Errors
/// None at present; what goes wrong on one connection ends that connection only.
pub async fn run(
    listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
    settings: &Settings,
) -> io::Result<()> {
    let places = Places::new(settings);
    let open = GracefulShutdown::new();
    let mut protocol = http1::Builder::new();
    protocol
        .timer(TokioTimer::new())
        .header_read_timeout(settings.header_timeout);
    let mut shutdown = pin!(shutdown);
    loop {
        let (stream, peer, place) = tokio::select! {
            accepted = accept(&listener, &places) => accepted?,
            () = &mut shutdown => break,
        };
        let peer = Peer(peer.ip());
        let routes = router
            .clone()
            .map_request(move |mut request: Request<Incoming>| {
                request.extensions_mut().insert(peer);
                request
            });
        let service = TowerToHyperService::new(routes);
        let connection = protocol.serve_connection(TokioIo::new(stream), service);
        let connection = open.watch(connection);
        tokio::spawn(async move {
            let _place = place;
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection broke off");
            }
        });
    }
    drop(listener);
    tracing::info!("shutting down: no new connections, finishing requests in flight");
    if tokio::time::timeout(settings.drain_timeout, open.shutdown())
        .await
        .is_err()
    {
        tracing::warn!(timeout = ?settings.drain_timeout, "gave up on requests still in flight");
    }
    Ok(())
}

/// The next connection, once there is a place for it. Those of a client that has too many are closed.
async fn accept(
    listener: &TcpListener,
    places: &Places,
) -> io::Result<(TcpStream, SocketAddr, Place)> {
    loop {
        let room = places.room().await.map_err(io::Error::other)?;
        match listener.accept().await {
            Ok((stream, peer)) => {
                let Some(place) = places.take(room, peer.ip()) else {
                    tracing::debug!(client = %peer.ip(), "too many connections of one client");
                    continue;
                };
                // Replies are written whole; waiting for more would only delay them.
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "can't turn off Nagle's algorithm");
                }
                return Ok((stream, peer, place));
            }
            // The client left before its turn came.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            // Out of open files, most likely: others must close some first.
            Err(error) => {
                tracing::error!(%error, "can't accept connections");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
}
