//! Every way a request can fail, and the one mapping of failures to codes and words.

use std::error::Error;

use axum::response::{IntoResponse, Response};

use crate::locale::{Locale, Localized};
use crate::search::{InvalidQuestion, MAX_QUESTION_CHARS, SearchError};
use crate::serve::allowed::Allowed;
use crate::serve::code::Code;
use crate::serve::reload::Reloaded;
use crate::store::StoreError;

/// Why a request gets no reply of its own kind.
#[derive(Debug)]
pub(super) enum Problem {
    /// Bytes that are no text.
    InvalidEncoding,
    EmptyQuestion,
    /// Carries how many code points there were.
    QuestionTooLong(usize),
    InvalidParameter {
        name: &'static str,
        allowed: Allowed,
        given: String,
    },
    RepeatedParameter(String),
    InvalidQueryString,
    InvalidRequest,
    /// Carries what the parser said.
    InvalidJson(String),
    /// Well-formed JSON of another shape; carries what the parser said.
    InvalidBody(String),
    /// A name that nothing has, or a failing engine.
    Search(SearchError),
    UnknownPath,
    MethodNotAllowed,
    BodyTooSlow,
    /// These carry the limit in bytes.
    BodyTooLarge(usize),
    UriTooLong(usize),
    HeadersTooLarge(usize),
    UnsupportedMediaType,
    NotReady,
    /// The engine is elsewhere and does not answer; where that was found only now, why.
    EngineAway(Option<Box<dyn Error + Send + Sync>>),
    Overloaded,
    TimedOut,
    /// There were too many requests of one client, or with one key; after so many seconds the next is taken.
    RateLimited {
        of: Limited,
        seconds: u64,
    },
    /// Keys are set, and the request has none of them.
    KeyNeeded,
    /// The key is for pages of other sites.
    KeyNotForThisOrigin,
    /// Only the operator may ask for this.
    AdminOnly,
    /// Nobody here can build an index.
    NoReload,
    /// The index could not be brought up to date.
    ReloadFailed(Box<Reloaded>),
    /// Feedback can't be kept; where that was found only now, why.
    FeedbackUnavailable(Option<StoreError>),
    Internal(Box<dyn Error + Send + Sync>),
}

/// Whose limit was reached.
#[derive(Debug, Clone, Copy)]
pub(super) enum Limited {
    Client,
    /// That of all who use one key together.
    Key,
}

impl Problem {
    /// A failure of ours; its cause goes to the log, never to the caller.
    pub(super) fn internal(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Problem {
        Problem::Internal(cause.into())
    }

    /// The stable name.
    pub(super) fn code(&self) -> Code {
        match self {
            Problem::InvalidEncoding => Code::InvalidEncoding,
            Problem::EmptyQuestion => Code::EmptyQuestion,
            Problem::QuestionTooLong(_) => Code::QuestionTooLong,
            Problem::InvalidParameter { .. } | Problem::RepeatedParameter(_) => {
                Code::InvalidParameter
            }
            Problem::InvalidQueryString => Code::InvalidQueryString,
            Problem::InvalidRequest => Code::InvalidRequest,
            Problem::InvalidJson(_) => Code::InvalidJson,
            Problem::InvalidBody(_) => Code::InvalidBody,
            Problem::Search(SearchError::UnknownKb { .. }) => Code::UnknownKb,
            Problem::Search(SearchError::UnknownEntry(_)) => Code::UnknownEntry,
            Problem::Search(SearchError::UnknownCategory(_)) => Code::UnknownCategory,
            Problem::Search(SearchError::UnknownTag(_)) => Code::UnknownTag,
            Problem::Search(SearchError::Index(_)) => Code::Internal,
            Problem::UnknownPath => Code::UnknownPath,
            Problem::MethodNotAllowed => Code::MethodNotAllowed,
            Problem::BodyTooSlow => Code::BodyTooSlow,
            Problem::BodyTooLarge(_) => Code::BodyTooLarge,
            Problem::UriTooLong(_) => Code::UriTooLong,
            Problem::UnsupportedMediaType => Code::UnsupportedMediaType,
            Problem::HeadersTooLarge(_) => Code::HeadersTooLarge,
            Problem::Internal(_) => Code::Internal,
            Problem::NotReady => Code::NotReady,
            Problem::EngineAway(_) => Code::EngineUnavailable,
            Problem::Overloaded => Code::Overloaded,
            Problem::TimedOut => Code::TimedOut,
            Problem::FeedbackUnavailable(_) => Code::FeedbackUnavailable,
            Problem::RateLimited { .. } => Code::RateLimited,
            Problem::KeyNeeded => Code::KeyNeeded,
            Problem::KeyNotForThisOrigin => Code::KeyNotForThisOrigin,
            Problem::AdminOnly => Code::AdminOnly,
            Problem::NoReload => Code::ReloadUnavailable,
            Problem::ReloadFailed(_) => Code::ReloadFailed,
        }
    }

    /// What only the log may tell.
    pub(super) fn cause(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Problem::Internal(cause) => Some(&**cause),
            Problem::EngineAway(Some(cause)) => Some(&**cause),
            Problem::Search(SearchError::Index(cause)) => Some(cause),
            Problem::FeedbackUnavailable(Some(cause)) => Some(cause),
            _ => None,
        }
    }

    /// When trying again may help: after how many seconds.
    pub(super) fn retry_after(&self) -> Option<u64> {
        match self {
            Problem::RateLimited { seconds, .. } => Some(*seconds),
            Problem::Overloaded | Problem::EngineAway(_) => Some(1),
            Problem::NotReady => Some(3),
            _ => None,
        }
    }
}

impl Localized for Problem {
    fn message(&self, locale: Locale) -> String {
        let max = MAX_QUESTION_CHARS;
        match self {
            Problem::InvalidEncoding => locale.pick(
                "输入不是 UTF-8 编码".to_owned(),
                "the input is not encoded in UTF-8".to_owned(),
            ),
            Problem::EmptyQuestion => locale.pick(
                format!("问题是空的：应有 1 到 {max} 个字符，不能只有空白"),
                format!("the question is empty: give 1 to {max} characters (Unicode code points), not only white space"),
            ),
            Problem::QuestionTooLong(chars) => locale.pick(
                format!("问题有 {chars} 个字符，最多 {max} 个字符（按 Unicode 码点计）"),
                format!("the question has {chars} characters, the limit is {max} (Unicode code points)"),
            ),
            Problem::InvalidParameter { name, allowed, given } => allowed.message(name, given, locale),
            Problem::RepeatedParameter(name) => locale.pick(
                format!("参数 {name} 只能出现一次"),
                format!("`{name}` may be given only once"),
            ),
            Problem::InvalidQueryString => locale.pick(
                "查询串的百分号编码有误，或解码后不是 UTF-8".to_owned(),
                "the query string is badly percent-encoded or not UTF-8".to_owned(),
            ),
            Problem::InvalidRequest => locale.pick(
                "无法读懂这个请求".to_owned(),
                "the request can't be understood".to_owned(),
            ),
            Problem::InvalidJson(cause) => locale.pick(
                format!("请求体不是有效的 JSON：{cause}"),
                format!("the body is not valid JSON: {cause}"),
            ),
            Problem::InvalidBody(cause) => locale.pick(
                format!("请求体的字段有误：{cause}"),
                format!("the body has wrong fields: {cause}"),
            ),
            Problem::EngineAway(_) => locale.pick(
                "存放索引的集群没有应答".to_owned(),
                "the cluster that keeps the index does not answer".to_owned(),
            ),
            // The engine's own words speak of files on the server: they are for its log.
            Problem::Search(SearchError::Index(_)) | Problem::Internal(_) => locale.pick(
                "服务器出错了，原因已记入日志".to_owned(),
                "something went wrong; the cause is in the server's log".to_owned(),
            ),
            Problem::Search(error) => error.message(locale),
            Problem::UnknownPath => locale.pick(
                "这个地址下没有内容".to_owned(),
                "there is nothing at this address".to_owned(),
            ),
            Problem::MethodNotAllowed => locale.pick(
                "这个地址不支持这种请求方法".to_owned(),
                "this address does not take this method".to_owned(),
            ),
            Problem::BodyTooSlow => locale.pick(
                "请求体没有在限定时间内传完".to_owned(),
                "the body did not arrive in time".to_owned(),
            ),
            Problem::BodyTooLarge(limit) => locale.pick(
                format!("请求体最大 {limit} 字节"),
                format!("the body may have at most {limit} bytes"),
            ),
            Problem::UriTooLong(limit) => locale.pick(
                format!("网址（路径加查询串）最长 {limit} 字节"),
                format!("path and query may have at most {limit} bytes"),
            ),
            Problem::HeadersTooLarge(limit) => locale.pick(
                format!("请求头合计最大 {limit} 字节"),
                format!("the headers may have at most {limit} bytes in all"),
            ),
            Problem::UnsupportedMediaType => locale.pick(
                "请求体应为 JSON，不能压缩".to_owned(),
                "the body must be JSON, and not compressed".to_owned(),
            ),
            Problem::NotReady => locale.pick(
                "索引还在准备中".to_owned(),
                "the index is still being prepared".to_owned(),
            ),
            Problem::Overloaded => locale.pick(
                "同时处理的请求过多".to_owned(),
                "too many requests at once".to_owned(),
            ),
            Problem::TimedOut => locale.pick(
                "没有在限定时间内处理完".to_owned(),
                "the request was not finished in time".to_owned(),
            ),
            Problem::RateLimited { of, seconds } => {
                let (zh, en) = match of {
                    Limited::Client => ("来自此地址的请求", "from this address"),
                    Limited::Key => ("使用此密钥的请求", "with this key"),
                };
                locale.pick(
                    format!("{zh}过于频繁，{seconds} 秒后才能再次请求"),
                    format!("too many requests {en} in a short time; the next is taken in {seconds} s"),
                )
            }
            Problem::KeyNeeded => locale.pick(
                "需要密钥：请求没有带密钥，或密钥不对".to_owned(),
                "a key is needed: the request has none, or a wrong one".to_owned(),
            ),
            Problem::KeyNotForThisOrigin => locale.pick(
                "这个密钥不能用于这个网站".to_owned(),
                "this key is not for pages of this site".to_owned(),
            ),
            Problem::AdminOnly => locale.pick(
                "这个地址只对管理员开放".to_owned(),
                "this address is for the server's operator".to_owned(),
            ),
            Problem::NoReload => locale.pick(
                "这台服务器不能重新加载索引".to_owned(),
                "this server can't reload its index".to_owned(),
            ),
            Problem::ReloadFailed(reloaded) => {
                let (kb, detail) = (&reloaded.kb, reloaded.detail.as_deref().unwrap_or_default());
                locale.pick(format!("知识库“{kb}”：{detail}"), format!("knowledge base “{kb}”: {detail}"))
            }
            Problem::FeedbackUnavailable(_) => locale.pick(
                "这台服务器存不了反馈，提问不受影响".to_owned(),
                "this server can't keep feedback at present; questions are answered all the same".to_owned(),
            ),
        }
    }

    fn hint(&self, locale: Locale) -> Option<String> {
        let (zh, en) = match self {
            Problem::InvalidEncoding => (
                "先转换编码，例如：iconv -f GB18030 -t UTF-8",
                "convert it first, for example: iconv -f GB18030 -t UTF-8",
            ),
            Problem::EmptyQuestion => (
                "写上要问的内容；接口的参数名是 q",
                "write what you want to know; the API takes it as `q`",
            ),
            Problem::QuestionTooLong(_) => (
                "只保留问题本身，去掉背景叙述",
                "keep the question itself and leave out the background",
            ),
            Problem::InvalidQueryString => (
                "按 UTF-8 做百分号编码，例如 q=%E5%A4%87%E6%A1%88",
                "percent-encode UTF-8, for example q=%E5%A4%87%E6%A1%88",
            ),
            Problem::InvalidJson(_) => (
                "检查引号、逗号和转义；代理对的转义须成对出现",
                "check quotes, commas and escapes; surrogate escapes come in pairs",
            ),
            Problem::InvalidBody(_) | Problem::RepeatedParameter(_) | Problem::MethodNotAllowed => {
                (
                    "各字段与方法见 /openapi.json",
                    "fields and methods are described in /openapi.json",
                )
            }
            Problem::UnsupportedMediaType => (
                "加上请求头 Content-Type: application/json",
                "send the header Content-Type: application/json",
            ),
            Problem::UnknownPath => (
                "接口说明见 /openapi.json",
                "the API is described in /openapi.json",
            ),
            Problem::NotReady
            | Problem::EngineAway(_)
            | Problem::Overloaded
            | Problem::TimedOut => ("稍后重试", "try again in a moment"),
            Problem::Search(SearchError::Index(_)) | Problem::Internal(_) => (
                "反馈时请附上响应头 x-request-id",
                "quote the x-request-id of this reply when reporting it",
            ),
            Problem::FeedbackUnavailable(_) => {
                ("服务器的日志里有原因", "the server's log tells why")
            }
            Problem::RateLimited { .. } => (
                "按响应头 Retry-After 等待后再试",
                "wait as long as the header Retry-After says",
            ),
            Problem::KeyNeeded => (
                "加上请求头 x-jida-key，值为服务方给的密钥；挂件用 data-key",
                "send the header x-jida-key with the key that the server's owner gave you; the widget takes data-key",
            ),
            Problem::KeyNotForThisOrigin => (
                "请服务方把这个网站加到该密钥的 origins 里",
                "ask the server's owner to add this site to the key's origins",
            ),
            Problem::AdminOnly => (
                "加上请求头 Authorization: Bearer 管理密钥；没有设密钥时，只接受本机程序用 localhost 或回环地址发来的请求",
                "send the header Authorization: Bearer and the admin key; where none is set, only programs on the server's own machine may ask, at localhost or a loopback address",
            ),
            Problem::ReloadFailed(reloaded) => return reloaded.hint.clone(),
            Problem::Search(error) => return error.hint(locale),
            Problem::InvalidParameter { .. }
            | Problem::NoReload
            | Problem::InvalidRequest
            | Problem::BodyTooSlow
            | Problem::BodyTooLarge(_)
            | Problem::UriTooLong(_)
            | Problem::HeadersTooLarge(_) => return None,
        };
        Some(locale.pick(zh, en).to_owned())
    }
}

impl From<InvalidQuestion> for Problem {
    fn from(invalid: InvalidQuestion) -> Problem {
        match invalid {
            InvalidQuestion::Empty => Problem::EmptyQuestion,
            InvalidQuestion::TooLong(chars) => Problem::QuestionTooLong(chars),
        }
    }
}

impl From<SearchError> for Problem {
    fn from(error: SearchError) -> Problem {
        match error {
            SearchError::Index(cause) if cause.is_passing() => {
                Problem::EngineAway(Some(cause.into()))
            }
            error => Problem::Search(error),
        }
    }
}

/// Only the status is decided here; `problem::render`, which knows the caller's language, writes the body.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.code().status().into_response();
        response.extensions_mut().insert(std::sync::Arc::new(self));
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Problem {
        match error {
            StoreError::Busy => Problem::Overloaded,
            error => Problem::FeedbackUnavailable(Some(error)),
        }
    }
}
