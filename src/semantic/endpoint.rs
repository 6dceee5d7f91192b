//! An encoder that runs elsewhere, called over HTTP.

use std::fmt;
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use ureq::http::uri::Authority;
use ureq::http::{Response, Uri};
use ureq::{Agent, Body};

use crate::semantic::arithmetic::normalize;
use crate::semantic::error::EncodeError;

/// Bytes of a reply that are read at most: 256 texts of 4,096 values, generously written.
const LARGEST_REPLY: u64 = 64 << 20;
/// How much longer a batch may take than a question: nobody waits for it.
const BATCH_PATIENCE: u32 = 10;
/// Wait before the second try, where the endpoint doesn't say how long.
const PAUSE: Duration = Duration::from_millis(200);

/// How an endpoint is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Api {
    /// `POST /v1/embeddings`, as OpenAI defined it and most others offer.
    OpenAi,
    /// `POST /embed` of text-embeddings-inference.
    Tei,
}

/// Where an endpoint is and how it is called.
#[derive(Clone)]
pub struct EndpointSettings {
    /// Its address, such as `http://localhost:8080`; `/v1` may end it.
    pub url: String,
    /// How it is spoken to.
    pub api: Api,
    /// The model's name. It stands in the fingerprint, and OpenAI's interface is sent it.
    pub model: String,
    /// Sent as a bearer token.
    pub api_key: Option<String>,
    /// How long to wait for a connection.
    pub connect_timeout: Duration,
    /// How long a question waits for its vector, a second try included; a batch of an index waits
    /// `BATCH_PATIENCE` times as long.
    pub timeout: Duration,
    /// Texts in one request.
    pub batch: usize,
}

impl EndpointSettings {
    /// Whether `text` can be an endpoint's address: `http` or `https`, a host, no query. Names and passwords
    /// don't belong there, for addresses stand in logs.
    pub fn accepts_url(text: &str) -> bool {
        let Ok(uri) = text.parse::<Uri>() else {
            return false;
        };
        let plain = |authority: &Authority| !authority.as_str().contains('@');
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.host().is_some_and(|host| !host.is_empty())
            && uri.authority().is_some_and(plain)
            && uri.query().is_none()
    }

    /// Whether a header can carry `text` as a key.
    pub fn accepts_key(text: &str) -> bool {
        text.bytes().all(|byte| byte.is_ascii_graphic())
    }
}

impl fmt::Debug for EndpointSettings {
    /// Everything but the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EndpointSettings")
            .field("url", &self.url)
            .field("api", &self.api)
            .field("model", &self.model)
            .field("api_key", &self.api_key.as_ref().map(|_| "…"))
            .field("connect_timeout", &self.connect_timeout)
            .field("timeout", &self.timeout)
            .field("batch", &self.batch)
            .finish()
    }
}

/// A connection to an encoder that runs elsewhere.
#[derive(Debug)]
pub(super) struct Endpoint {
    settings: EndpointSettings,
    url: String,
    agent: Agent,
    /// Values of a vector, known after the first.
    dimensions: OnceLock<usize>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Request<'a> {
    OpenAi {
        model: &'a str,
        input: &'a [&'a str],
        encoding_format: &'static str,
    },
    Tei {
        inputs: &'a [&'a str],
        truncate: bool,
    },
}

#[derive(Deserialize)]
struct OpenAiReply {
    data: Vec<OpenAiVector>,
}

#[derive(Deserialize)]
struct OpenAiVector {
    index: usize,
    embedding: Vec<f32>,
}

impl Endpoint {
    /// Checks the settings; nothing is called yet.
    pub(super) fn new(settings: EndpointSettings) -> Result<Endpoint, EncodeError> {
        let address = |reason: &str| EncodeError::Address {
            url: settings.url.clone(),
            reason: reason.to_owned(),
        };
        if !EndpointSettings::accepts_url(&settings.url) {
            return Err(address(
                "it needs http:// or https:// and a host, without user, password or query",
            ));
        }
        let key = settings.api_key.as_deref();
        if !key.is_none_or(EndpointSettings::accepts_key) {
            return Err(address(
                "the API key has characters that no header can carry",
            ));
        }
        let base = settings.url.trim_end_matches('/');
        let base = base.strip_suffix("/v1").unwrap_or(base);
        let path = match settings.api {
            Api::OpenAi => "v1/embeddings",
            Api::Tei => "embed",
        };
        let url = format!("{base}/{path}");
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            // A redirect could carry the key elsewhere, and a library reads no environment.
            .max_redirects(0)
            .proxy(None)
            .timeout_connect(Some(settings.connect_timeout))
            .user_agent(concat!("jida/", env!("CARGO_PKG_VERSION")))
            .build()
            .new_agent();
        Ok(Endpoint {
            settings,
            url,
            agent,
            dimensions: OnceLock::new(),
        })
    }

    /// The model's name, or the address where there is none.
    pub(super) fn fingerprint(&self) -> String {
        match self.settings.model.as_str() {
            "" => format!("endpoint/{}", self.url),
            model => format!("endpoint/{model}"),
        }
    }

    /// Values of a vector; asks for one if there was none yet.
    pub(super) fn dimensions(&self) -> Result<usize, EncodeError> {
        match self.dimensions.get() {
            Some(&dimensions) => Ok(dimensions),
            None => Ok(self.encode_question("域名")?.len()),
        }
    }

    /// Texts in one request.
    pub(super) fn batch(&self) -> usize {
        self.settings.batch.max(1)
    }

    /// One unit vector a text, in order.
    pub(super) fn encode(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EncodeError> {
        let mut vectors = Vec::with_capacity(texts.len());
        for batch in texts.chunks(self.batch()) {
            let patience = self.settings.timeout.saturating_mul(BATCH_PATIENCE);
            vectors.extend(self.encode_batch(batch, patience)?);
        }
        Ok(vectors)
    }

    /// The vector of a text that somebody waits for.
    pub(super) fn encode_question(&self, text: &str) -> Result<Vec<f32>, EncodeError> {
        let mut vectors = self.encode_batch(&[text], self.settings.timeout)?;
        Ok(vectors.pop().unwrap_or_default())
    }

    fn encode_batch(
        &self,
        texts: &[&str],
        patience: Duration,
    ) -> Result<Vec<Vec<f32>>, EncodeError> {
        let mut response = self.post_with_second_try(texts, patience)?;
        let body = response
            .body_mut()
            .with_config()
            .limit(LARGEST_REPLY)
            .read_to_vec();
        let body = body.map_err(|error| self.failed(&error, patience))?;
        let mut vectors = match self.settings.api {
            Api::Tei => serde_json::from_slice(&body).map_err(|error| self.reply(error))?,
            Api::OpenAi => {
                let reply: OpenAiReply =
                    serde_json::from_slice(&body).map_err(|error| self.reply(error))?;
                let mut data = reply.data;
                data.sort_by_key(|vector| vector.index);
                if data
                    .iter()
                    .enumerate()
                    .any(|(at, vector)| vector.index != at)
                {
                    return Err(self.reply("its indexes do not count up from zero"));
                }
                data.into_iter()
                    .map(|vector| vector.embedding)
                    .collect::<Vec<_>>()
            }
        };
        if vectors.len() != texts.len() {
            let reason = format!("{} vectors for {} texts", vectors.len(), texts.len());
            return Err(self.reply(reason));
        }
        for vector in &mut vectors {
            let expected = *self.dimensions.get_or_init(|| vector.len());
            if vector.is_empty() || vector.len() != expected {
                let found = vector.len();
                return Err(self.reply(format!("a vector of {found} values, not {expected}")));
            }
            if !vector.iter().all(|value| value.is_finite()) {
                return Err(self.reply("a value that is not finite"));
            }
            normalize(vector);
        }
        Ok(vectors)
    }

    /// Posts, and once more if it was busy, failing or cut off, as far as the time allows.
    fn post_with_second_try(
        &self,
        texts: &[&str],
        patience: Duration,
    ) -> Result<Response<Body>, EncodeError> {
        let until = Instant::now() + patience;
        let first = self.post(texts, until);
        let pause = match &first {
            Ok(response) if is_busy(response) => retry_after(response).unwrap_or(PAUSE),
            // A connection that was kept open and is gone by now.
            Err(ureq::Error::Io(_)) => Duration::ZERO,
            _ => return self.checked(first, patience),
        };
        if until.saturating_duration_since(Instant::now()) <= pause {
            return self.checked(first, patience);
        }
        drop(first);
        thread::sleep(pause);
        self.checked(self.post(texts, until), patience)
    }

    fn post(&self, texts: &[&str], until: Instant) -> Result<Response<Body>, ureq::Error> {
        let left = until.saturating_duration_since(Instant::now());
        let request = self.agent.post(&self.url);
        let request = request.config().timeout_global(Some(left)).build();
        let request = match &self.settings.api_key {
            Some(key) => request.header("authorization", format!("Bearer {key}")),
            None => request,
        };
        let body = match self.settings.api {
            Api::OpenAi => Request::OpenAi {
                model: &self.settings.model,
                input: texts,
                encoding_format: "float",
            },
            Api::Tei => Request::Tei {
                inputs: texts,
                truncate: true,
            },
        };
        let body = serde_json::to_vec(&body).map_err(|error| ureq::Error::Other(error.into()))?;
        request
            .header("content-type", "application/json")
            .send(body)
    }

    fn checked(
        &self,
        response: Result<Response<Body>, ureq::Error>,
        patience: Duration,
    ) -> Result<Response<Body>, EncodeError> {
        let mut response = response.map_err(|error| self.failed(&error, patience))?;
        let url = self.url.clone();
        match response.status().as_u16() {
            200..=299 => Ok(response),
            status @ (401 | 403) => Err(EncodeError::Key { url, status }),
            status if is_busy(&response) => Err(EncodeError::Busy { url, status }),
            status => {
                let text = response.body_mut().read_to_string().unwrap_or_default();
                Err(EncodeError::Refused {
                    url,
                    status,
                    reason: beginning(&text),
                })
            }
        }
    }

    fn failed(&self, error: &ureq::Error, patience: Duration) -> EncodeError {
        let url = self.url.clone();
        match error {
            ureq::Error::Timeout(_) => EncodeError::Timeout {
                url,
                after: patience,
            },
            error => EncodeError::Unreachable {
                url,
                reason: error.to_string(),
            },
        }
    }

    fn reply(&self, reason: impl ToString) -> EncodeError {
        EncodeError::Reply {
            url: self.url.clone(),
            reason: reason.to_string(),
        }
    }
}

fn is_busy(response: &Response<Body>) -> bool {
    matches!(response.status().as_u16(), 429 | 500..=599)
}

/// The seconds of a `Retry-After`; a date there is not read.
fn retry_after(response: &Response<Body>) -> Option<Duration> {
    let value = response.headers().get("retry-after")?.to_str().ok()?;
    value.trim().parse().ok().map(Duration::from_secs)
}

/// The start of a text, on one line.
fn beginning(text: &str) -> String {
    let line: Vec<&str> = text.split_whitespace().collect();
    line.join(" ").chars().take(200).collect()
}
