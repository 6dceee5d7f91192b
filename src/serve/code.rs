//! The stable names of what can go wrong, their statuses and titles.

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::locale::Locale;

/// What went wrong, as a stable name to branch on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ErrorCode)]
pub(super) enum Code {
    /// A line of `jida … --jsonl` is not UTF-8; no request ends in it.
    InvalidEncoding,
    EmptyQuestion,
    QuestionTooLong,
    InvalidParameter,
    InvalidQueryString,
    InvalidRequest,
    InvalidJson,
    InvalidBody,
    UnknownKb,
    UnknownEntry,
    UnknownPath,
    MethodNotAllowed,
    BodyTooSlow,
    BodyTooLarge,
    UriTooLong,
    UnsupportedMediaType,
    UnknownCategory,
    UnknownTag,
    HeadersTooLarge,
    Internal,
    NotReady,
    EngineUnavailable,
    Overloaded,
    TimedOut,
    FeedbackUnavailable,
    RateLimited,
    KeyNeeded,
    KeyNotForThisOrigin,
    AdminOnly,
    ReloadUnavailable,
    ReloadFailed,
}

impl Code {
    /// The status line that goes with it.
    pub(super) fn status(self) -> StatusCode {
        match self {
            Code::InvalidEncoding
            | Code::EmptyQuestion
            | Code::QuestionTooLong
            | Code::InvalidParameter
            | Code::InvalidQueryString
            | Code::InvalidRequest
            | Code::InvalidJson
            | Code::InvalidBody => StatusCode::BAD_REQUEST,
            Code::UnknownKb | Code::UnknownEntry | Code::UnknownPath => StatusCode::NOT_FOUND,
            Code::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Code::BodyTooSlow => StatusCode::REQUEST_TIMEOUT,
            Code::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Code::UriTooLong => StatusCode::URI_TOO_LONG,
            Code::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Code::UnknownCategory | Code::UnknownTag => StatusCode::UNPROCESSABLE_ENTITY,
            Code::HeadersTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Code::AdminOnly | Code::KeyNotForThisOrigin => StatusCode::FORBIDDEN,
            Code::KeyNeeded => StatusCode::UNAUTHORIZED,
            Code::RateLimited => StatusCode::TOO_MANY_REQUESTS,
            Code::Internal | Code::ReloadFailed => StatusCode::INTERNAL_SERVER_ERROR,
            Code::ReloadUnavailable
            | Code::NotReady
            | Code::EngineUnavailable
            | Code::Overloaded
            | Code::FeedbackUnavailable => StatusCode::SERVICE_UNAVAILABLE,
            Code::TimedOut => StatusCode::GATEWAY_TIMEOUT,
        }
    }

    /// The short, constant name of the problem for people.
    pub(super) fn title(self, locale: Locale) -> &'static str {
        let (zh, en) = match self {
            Code::InvalidEncoding => ("编码无效", "Invalid encoding"),
            Code::EmptyQuestion => ("问题为空", "Empty question"),
            Code::QuestionTooLong => ("问题过长", "Question too long"),
            Code::InvalidParameter => ("参数无效", "Invalid parameter"),
            Code::InvalidQueryString => ("查询串无效", "Invalid query string"),
            Code::InvalidRequest => ("请求无效", "Invalid request"),
            Code::InvalidJson => ("JSON 无效", "Invalid JSON"),
            Code::InvalidBody => ("请求体不符合要求", "Invalid request body"),
            Code::UnknownKb => ("没有这个知识库", "Unknown knowledge base"),
            Code::UnknownEntry => ("没有这个条目", "Unknown entry"),
            Code::UnknownPath => ("没有这个页面", "Not found"),
            Code::MethodNotAllowed => ("不支持这种请求方法", "Method not allowed"),
            Code::BodyTooSlow => ("请求体接收超时", "Request body took too long"),
            Code::BodyTooLarge => ("请求体过大", "Request body too large"),
            Code::UriTooLong => ("网址过长", "URL too long"),
            Code::UnsupportedMediaType => ("不支持这种内容类型", "Unsupported media type"),
            Code::UnknownCategory => ("没有这个分类", "Unknown category"),
            Code::UnknownTag => ("没有这个标签", "Unknown tag"),
            Code::HeadersTooLarge => ("请求头过大", "Request headers too large"),
            Code::Internal => ("服务器内部错误", "Internal error"),
            Code::NotReady => ("服务尚未就绪", "Not ready"),
            Code::EngineUnavailable => ("检索集群暂不可用", "Search engine unavailable"),
            Code::Overloaded => ("服务繁忙", "Overloaded"),
            Code::TimedOut => ("处理超时", "Timed out"),
            Code::FeedbackUnavailable => ("暂时收不了反馈", "Feedback unavailable"),
            Code::RateLimited => ("请求过于频繁", "Too many requests"),
            Code::KeyNeeded => ("需要密钥", "Key needed"),
            Code::KeyNotForThisOrigin => ("密钥不能用于这个网站", "Key not for this origin"),
            Code::AdminOnly => ("仅限管理员", "Administrators only"),
            Code::ReloadUnavailable => ("不能重新加载", "Reload unavailable"),
            Code::ReloadFailed => ("重新加载失败", "Reload failed"),
        };
        locale.pick(zh, en)
    }
}
