//! What a connection takes: an address, and whose certificates are believed.

use std::fs;
use std::sync::Arc;

use reqwest::Url;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use crate::index::opensearch::error::ClusterError;
use crate::index::opensearch::settings::ClusterSettings;

/// A user, and perhaps a password.
pub(super) type User = (String, Option<String>);

/// An address without user and password, and those.
pub(super) fn address(written: &str) -> Result<(Url, Option<User>), ClusterError> {
    // The password is no part of what anybody is told.
    let shown = written.rsplit('@').next().unwrap_or(written);
    let mut url = Url::parse(written).map_err(|error| unfit(shown, error))?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(unfit(shown, "it is no http or https address"));
    }
    let decoded = |text: &str| percent_decoded(text);
    let user = (!url.username().is_empty())
        .then(|| (decoded(url.username()), url.password().map(decoded)));
    // Neither fails for an address with a host.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    Ok((url, user))
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
pub(super) fn tls(settings: &ClusterSettings) -> Result<ClientConfig, ClusterError> {
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
