//! A running server as the source of answers, spoken to over HTTP.

use std::error::Error;
use std::time::Duration;

use jida::locale::{Locale, Localized};
use jida::search::{AskRequest, Context, SearchRequest};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use ureq::http::{Response, Uri, header};
use ureq::{Agent, Body, RequestBuilder};

use super::source::Reply;
use crate::config::{ApiKey, Client as Settings};

/// Bytes of a reply that are read at most: a hundred hits with long answers in three forms.
const LARGEST_REPLY: u64 = 64 << 20;

/// A server and how it is called. Clones share connections.
#[derive(Debug, Clone)]
pub(super) struct Client {
    agent: Agent,
    base: String,
    key: Option<ApiKey>,
    /// The knowledge base, if one was chosen.
    kb: Option<String>,
    /// In which language it is to complain.
    locale: Locale,
    timeout: Duration,
}

/// Why a server gave no reply.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.message(Locale::En))]
pub(super) enum RemoteError {
    /// Nothing answers there.
    Unreachable { base: String, reason: String },
    /// It takes too long.
    Timeout { base: String, after: Duration },
    /// Something answers that is no jida.
    NotJida { base: String, status: u16 },
    /// It sends callers elsewhere.
    Moved { base: String, to: String },
    /// It says itself what is wrong.
    Refused {
        base: String,
        status: u16,
        problem: Box<Told>,
    },
}

/// A problem document (RFC 9457), of which only the words matter here.
#[derive(Debug)]
pub(super) struct Told {
    detail: String,
    hint: Option<String>,
    /// All of it, to be handed on.
    pub(super) document: Value,
}

#[derive(Deserialize)]
struct Words {
    code: String,
    detail: String,
    hint: Option<String>,
}

impl Client {
    /// Nothing is called yet.
    pub(super) fn new(
        base: &str,
        settings: &Settings,
        kb: Option<String>,
        locale: Locale,
    ) -> Client {
        let builder = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_connect(Some(settings.connect_timeout))
            .timeout_global(Some(settings.timeout))
            .user_agent(concat!("jida/", env!("CARGO_PKG_VERSION")));
        // A proxy has nothing to do with this machine.
        let builder = match is_loopback(base) {
            true => builder.proxy(None),
            false => builder,
        };
        Client {
            agent: builder.build().new_agent(),
            base: base.trim_end_matches('/').to_owned(),
            key: settings.key.clone(),
            kb,
            locale,
            timeout: settings.timeout,
        }
    }

    /// The server's address.
    pub(super) fn base(&self) -> &str {
        &self.base
    }

    /// `POST` of a question to `/v1/ask` or `/v1/explain`.
    pub(super) fn question<T: DeserializeOwned>(
        &self,
        path: &str,
        context: &Context,
        request: &AskRequest,
    ) -> Result<Reply<T>, RemoteError> {
        let question = context.previous_question.as_ref();
        let body = json!({
            "q": request.question.as_str(),
            "kb": self.kb,
            "top": request.top,
            "filter": request.filter,
            "explain": request.explain,
            "context": {
                "previous_question": question.map(|question| question.as_str()),
                "previous_entry_id": context.previous_entry_id,
            },
        });
        let call = self.introduced(self.agent.post(self.url(path)));
        let call = call.header(header::CONTENT_TYPE, "application/json");
        self.read(call.send(body.to_string()))
    }

    /// `GET /v1/search`.
    pub(super) fn search<T: DeserializeOwned>(
        &self,
        request: &SearchRequest,
    ) -> Result<Reply<T>, RemoteError> {
        let mut parameters = vec![
            ("q", request.question.to_string()),
            ("limit", request.page.limit.to_string()),
            ("offset", request.page.offset.to_string()),
        ];
        let filter = request.filter.clone();
        parameters.extend(filter.category.map(|category| ("category", category)));
        parameters.extend(filter.tag.map(|tag| ("tag", tag)));
        self.get("/v1/search", &parameters)
    }

    /// `GET` with parameters.
    pub(super) fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        parameters: &[(&str, String)],
    ) -> Result<Reply<T>, RemoteError> {
        let mut call = self.agent.get(self.url(path));
        for (name, value) in parameters {
            call = call.query(*name, value);
        }
        if let Some(kb) = &self.kb {
            call = call.query("kb", kb);
        }
        self.read(self.introduced(call).call())
    }

    /// With what a server should know of the caller.
    fn introduced<B>(&self, call: RequestBuilder<B>) -> RequestBuilder<B> {
        let call = call.header(header::ACCEPT_LANGUAGE, self.locale.tag());
        match &self.key {
            Some(ApiKey(key)) => call.header("x-jida-key", key),
            None => call,
        }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    fn read<T: DeserializeOwned>(
        &self,
        response: Result<Response<Body>, ureq::Error>,
    ) -> Result<Reply<T>, RemoteError> {
        let mut response = response.map_err(|error| self.failed(&error))?;
        let status = response.status().as_u16();
        if let (300..=399, Some(to)) = (status, response.headers().get(header::LOCATION)) {
            return Err(RemoteError::Moved {
                base: self.base.clone(),
                to: String::from_utf8_lossy(to.as_bytes()).into_owned(),
            });
        }
        let body = response.body_mut().with_config().limit(LARGEST_REPLY);
        let body = body.read_to_vec().map_err(|error| self.failed(&error))?;
        let not_jida = || RemoteError::NotJida {
            base: self.base.clone(),
            status,
        };
        if !(200..=299).contains(&status) {
            return Err(match told(&body) {
                Some(told) => RemoteError::Refused {
                    base: self.base.clone(),
                    status,
                    problem: Box::new(told),
                },
                None => not_jida(),
            });
        }
        let value = serde_json::from_slice(&body).map_err(|_| not_jida())?;
        // As it came, so that fields that only a newer server knows are kept. JSON has no line breaks that
        // mean anything.
        let json = String::from_utf8_lossy(&body)
            .trim()
            .replace(['\n', '\r'], " ");
        Ok(Reply { value, json })
    }

    fn failed(&self, error: &ureq::Error) -> RemoteError {
        let base = self.base.clone();
        match error {
            ureq::Error::Timeout(_) => RemoteError::Timeout {
                base,
                after: self.timeout,
            },
            error => RemoteError::Unreachable {
                base,
                reason: innermost(error),
            },
        }
    }
}

/// The first cause, without the words around it.
fn innermost(error: &ureq::Error) -> String {
    let mut cause: &dyn Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    let text = cause.to_string();
    text.strip_prefix("io: ").unwrap_or(&text).to_owned()
}

fn told(body: &[u8]) -> Option<Told> {
    let document: Value = serde_json::from_slice(body).ok()?;
    let words: Words = serde_json::from_value(document.clone()).ok()?;
    (!words.code.is_empty()).then_some(Told {
        detail: words.detail,
        hint: words.hint,
        document,
    })
}

fn is_loopback(base: &str) -> bool {
    let uri = base.parse::<Uri>().ok();
    let host = uri.as_ref().and_then(Uri::host).unwrap_or_default();
    let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

impl Localized for RemoteError {
    fn message(&self, locale: Locale) -> String {
        match self {
            RemoteError::Unreachable { base, reason } => locale.pick(
                format!("连不上服务器 {base}：{reason}"),
                format!("can't reach the server at {base}: {reason}"),
            ),
            RemoteError::Timeout { base, after } => {
                let seconds = after.as_secs_f32();
                locale.pick(
                    format!("服务器 {base} 在 {seconds} 秒内没有应答"),
                    format!("the server at {base} did not answer within {seconds} s"),
                )
            }
            RemoteError::NotJida { base, status } => locale.pick(
                format!("{base} 的应答不像是 jida 服务（状态码 {status}）"),
                format!("what answers at {base} is no jida server (status {status})"),
            ),
            RemoteError::Moved { base, to } => locale.pick(
                format!("{base} 要求改用 {to}"),
                format!("{base} sends its callers to {to}"),
            ),
            RemoteError::Refused {
                status: 401, base, ..
            } => locale.pick(
                format!("服务器 {base} 需要密钥：这里没有设，或设得不对"),
                format!("the server at {base} needs a key: none is set here, or a wrong one"),
            ),
            // What is wrong with a question is told as it is without a server.
            RemoteError::Refused {
                status: 400..=499,
                problem,
                ..
            } => problem.detail.clone(),
            RemoteError::Refused {
                base,
                status,
                problem,
            } => locale.pick(
                format!("服务器 {base}：{}（状态码 {status}）", problem.detail),
                format!("the server at {base}: {} (status {status})", problem.detail),
            ),
        }
    }

    fn hint(&self, locale: Locale) -> Option<String> {
        let (zh, en) = match self {
            RemoteError::Refused { status: 401, .. } => (
                "设环境变量 JIDA_KEY，或在 jida.toml 的 [client] 下写 key",
                "set the variable JIDA_KEY, or write key below [client] in jida.toml",
            ),
            RemoteError::Refused { problem, .. } => return problem.hint.clone(),
            RemoteError::Unreachable { .. } => (
                "确认地址和端口，以及 jida serve 在运行",
                "check address and port, and that jida serve is running there",
            ),
            RemoteError::Timeout { .. } => (
                "稍后重试，或在 jida.toml 的 [client] 里调大 timeout_ms",
                "try again, or raise timeout_ms below [client] in jida.toml",
            ),
            RemoteError::NotJida { .. } => (
                "--server 应为 jida serve 的地址，例如 http://localhost:8080",
                "--server takes the address of jida serve, such as http://localhost:8080",
            ),
            RemoteError::Moved { .. } => {
                ("把 --server 改成那个地址", "give that address to --server")
            }
        };
        Some(locale.pick(zh, en).to_owned())
    }
}
