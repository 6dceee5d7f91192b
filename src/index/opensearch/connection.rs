//! Connections to nodes: addresses, whose certificates are believed, and one request with its answer.

use std::fs;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue, USER_AGENT};
use hyper::http::uri::InvalidUri;
use hyper::{Method, Request, Uri};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use crate::index::opensearch::error::ClusterError;
use crate::index::opensearch::layout::base64;
use crate::index::opensearch::settings::ClusterSettings;

/// How long a connection is kept that nobody uses; servers and what stands between give up later.
const IDLE: Duration = Duration::from_secs(30);

type Pool = Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

/// What is sent: the kind of content, and its bytes.
pub(super) type Content = Option<(&'static str, Bytes)>;

/// A user, and perhaps a password.
pub(super) type User = (String, Option<String>);

/// Where a node is: all up to the path, with a `/` at its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address(String);

impl Address {
    /// For a person.
    pub(super) fn shown(&self) -> &str {
        self.0.trim_end_matches('/')
    }

    /// What is at a path below it.
    fn at(&self, path: &str) -> Result<Uri, InvalidUri> {
        format!("{}{path}", self.0).parse()
    }
}

/// An address without user and password, and those.
pub(super) fn address(written: &str) -> Result<(Address, Option<User>), ClusterError> {
    // The password is no part of what anybody is told.
    let shown = written.rsplit('@').next().unwrap_or(written);
    let uri: Uri = written.parse().map_err(|error| unfit(shown, error))?;
    let (scheme, authority) = match (uri.scheme_str(), uri.authority()) {
        (Some(scheme @ ("http" | "https")), Some(authority)) if !authority.host().is_empty() => {
            (scheme, authority)
        }
        _ => return Err(unfit(shown, "it is no http or https address")),
    };
    let (user, host) = match authority.as_str().rsplit_once('@') {
        Some((user, host)) => (Some(user), host),
        None => (None, authority.as_str()),
    };
    let user = user.map(|user| match user.split_once(':') {
        Some((user, password)) => (percent_decoded(user), Some(percent_decoded(password))),
        None => (percent_decoded(user), None),
    });
    let path = uri.path().trim_end_matches('/');
    Ok((Address(format!("{scheme}://{host}{path}/")), user))
}

/// Connections to nodes, kept for the next who asks.
pub(super) struct Connections {
    kept: Pool,
    /// Keeps none: each request has one of its own.
    fresh: Pool,
    authorization: Option<HeaderValue>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum Broken {
    #[error(transparent)]
    Address(#[from] hyper::http::Error),
    #[error(transparent)]
    Connection(#[from] hyper_util::client::legacy::Error),
    #[error(transparent)]
    Answer(#[from] hyper::Error),
}

impl Broken {
    /// Whether nothing was sent.
    pub(super) fn is_unsent(&self) -> bool {
        match self {
            Broken::Address(_) => true,
            Broken::Connection(error) => error.is_connect(),
            Broken::Answer(_) => false,
        }
    }

    /// Whether a connection ended before the answer did: whoever is at its other end, or stands between, may close
    /// one that was kept at the very moment when it is used again.
    pub(super) fn is_cut_off(&self) -> bool {
        !self.is_unsent()
    }

    /// What it is told as.
    pub(super) fn told(&self, at: &Address) -> ClusterError {
        let at = at.shown().to_owned();
        let mut reasons = Vec::new();
        let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(self);
        while let Some(error) = cause {
            if let Some(error) = of_tls(error) {
                let reason = error.to_string();
                return ClusterError::Certificate { at, reason };
            }
            reasons.push(error.to_string());
            cause = error.source();
        }
        // Each says less than the one it comes from.
        let reason = reasons.pop().unwrap_or_default();
        ClusterError::Unreachable { at, reason }
    }
}

/// The error of TLS in what wraps it: each layer between says the same, but only its innermost is one.
fn of_tls<'e>(error: &'e (dyn std::error::Error + 'static)) -> Option<&'e rustls::Error> {
    if let Some(error) = error.downcast_ref() {
        return Some(error);
    }
    of_tls(error.downcast_ref::<io::Error>()?.get_ref()?)
}

impl Connections {
    /// None yet.
    pub(super) fn new(
        settings: &ClusterSettings,
        user: Option<User>,
    ) -> Result<Connections, ClusterError> {
        let mut plain = HttpConnector::new();
        plain.enforce_http(false);
        plain.set_nodelay(true);
        plain.set_connect_timeout(Some(settings.connect_timeout));
        let connector = hyper_rustls::HttpsConnectorBuilder::new()
            .with_tls_config(tls(settings)?)
            .https_or_http()
            .enable_http1()
            .wrap_connector(plain);
        let authorization = user.map(|(user, password)| {
            let both = format!("{user}:{}", password.unwrap_or_default());
            let value = format!("Basic {}", base64(both.as_bytes()));
            HeaderValue::from_str(&value).map(|mut value| {
                value.set_sensitive(true);
                value
            })
        });
        let mut builder = Client::builder(TokioExecutor::new());
        builder.pool_timer(TokioTimer::new());
        builder.pool_idle_timeout(IDLE);
        let kept = builder.build(connector.clone());
        Ok(Connections {
            kept,
            fresh: builder.pool_max_idle_per_host(0).build(connector),
            authorization: authorization
                .transpose()
                .map_err(|error| unfit("", error))?,
        })
    }

    /// Asks a node, over a connection that was kept if there is one; the status and the body of what it answers.
    pub(super) async fn ask(
        &self,
        at: &Address,
        method: Method,
        path: &str,
        content: Content,
    ) -> Result<(u16, Vec<u8>), Broken> {
        self.ask_over(&self.kept, at, method, path, content).await
    }

    /// The same for what may be asked twice: once more, over a connection of its own, if the first one was cut off.
    pub(super) async fn ask_surely(
        &self,
        at: &Address,
        method: Method,
        path: &str,
        content: Content,
    ) -> Result<(u16, Vec<u8>), Broken> {
        let asked = self.ask(at, method.clone(), path, content.clone()).await;
        match asked {
            Err(broken) if broken.is_cut_off() => {
                self.ask_over(&self.fresh, at, method, path, content).await
            }
            asked => asked,
        }
    }

    async fn ask_over(
        &self,
        pool: &Pool,
        at: &Address,
        method: Method,
        path: &str,
        content: Content,
    ) -> Result<(u16, Vec<u8>), Broken> {
        let mut request = Request::builder()
            .method(method)
            .uri(at.at(path).map_err(hyper::http::Error::from)?)
            .header(USER_AGENT, concat!("jida/", env!("CARGO_PKG_VERSION")));
        if let Some(authorization) = &self.authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        let body = match content {
            Some((kind, body)) => {
                request = request.header(CONTENT_TYPE, kind);
                body
            }
            None => Bytes::new(),
        };
        let answer = pool.request(request.body(Full::new(body))?).await?;
        let status = answer.status().as_u16();
        let body = answer.into_body().collect().await?.to_bytes();
        Ok((status, body.into()))
    }
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, behind)) = rest.split_first() {
        let digits = behind
            .get(..2)
            .and_then(|digits| std::str::from_utf8(digits).ok());
        let code = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (byte, code) {
            (b'%', Some(code)) => {
                bytes.push(code);
                rest = &behind[2..];
            }
            _ => {
                bytes.push(byte);
                rest = behind;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// TLS by Rust alone: ring as everywhere in this program, and the world's authorities or the owner's own.
fn tls(settings: &ClusterSettings) -> Result<ClientConfig, ClusterError> {
    let mut roots = RootCertStore::empty();
    match &settings.ca {
        None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
        Some(path) => {
            let at = path.display().to_string();
            let pem = fs::read(path).map_err(|error| unfit(&at, error))?;
            for certificate in CertificateDer::pem_slice_iter(&pem) {
                let certificate = certificate.map_err(|error| unfit(&at, error))?;
                roots.add(certificate).map_err(|error| unfit(&at, error))?;
            }
            if roots.is_empty() {
                return Err(unfit(&at, "it holds no certificate"));
            }
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| unfit("TLS", error))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

/// What can't be used, and why.
pub(super) fn unfit(at: &str, reason: impl ToString) -> ClusterError {
    ClusterError::Settings {
        at: at.to_owned(),
        reason: reason.to_string(),
    }
}
