//! Why a text got no vector, named by what can be done about it.

use std::time::Duration;

use crate::locale::{Locale, Localized};

/// What can go wrong between a text and its vector.
#[derive(Debug, thiserror::Error)]
pub enum EncodeError {
    /// The weights in this program can't be read.
    #[error("the built-in encoder is damaged: {0}")]
    Damaged(String),
    /// The endpoint's address or key can't be used as they stand.
    #[error("the encoder's address {url} cannot be used: {reason}")]
    Address {
        /// As it was set.
        url: String,
        /// What is wrong.
        reason: String,
    },
    /// Nothing answers there.
    #[error("the encoder at {url} cannot be reached: {reason}")]
    Unreachable {
        /// What was called.
        url: String,
        /// Why.
        reason: String,
    },
    /// The answer did not come in time.
    #[error("the encoder at {url} did not answer within {} s", after.as_secs_f32())]
    Timeout {
        /// What was called.
        url: String,
        /// How long was waited.
        after: Duration,
    },
    /// It is overloaded or failing, after one more try.
    #[error("the encoder at {url} is busy or failing (status {status})")]
    Busy {
        /// What was called.
        url: String,
        /// 429 or 5xx.
        status: u16,
    },
    /// The key is missing or wrong.
    #[error("the encoder at {url} does not accept the API key (status {status})")]
    Key {
        /// What was called.
        url: String,
        /// 401 or 403.
        status: u16,
    },
    /// It refuses the request: a wrong address or model name.
    #[error("the encoder at {url} refused the request (status {status}): {reason}")]
    Refused {
        /// What was called.
        url: String,
        /// The status.
        status: u16,
        /// The start of what it said.
        reason: String,
    },
    /// What it answers are not the vectors that were asked for.
    #[error("the encoder at {url} answered something else than vectors: {reason}")]
    Reply {
        /// What was called.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl EncodeError {
    /// The message without the words of the other side, which may quote what was asked.
    pub(super) fn without_quotes(&self) -> String {
        match self {
            EncodeError::Refused { url, status, .. } => {
                format!("the encoder at {url} refused the request (status {status})")
            }
            EncodeError::Reply { url, .. } => {
                format!("the encoder at {url} answered something else than vectors")
            }
            error => error.to_string(),
        }
    }
}

impl Localized for EncodeError {
    fn message(&self, locale: Locale) -> String {
        if locale == Locale::En {
            return self.to_string();
        }
        match self {
            EncodeError::Damaged(reason) => format!("内置编码模型已损坏：{reason}"),
            EncodeError::Address { url, reason } => {
                format!("编码服务的地址 {url} 不能用：{reason}")
            }
            EncodeError::Unreachable { url, reason } => format!("连不上编码服务 {url}：{reason}"),
            EncodeError::Timeout { url, after } => {
                format!("编码服务 {url} 在 {} 秒内没有应答", after.as_secs_f32())
            }
            EncodeError::Busy { url, status } => {
                format!("编码服务 {url} 正忙或出错（状态 {status}）")
            }
            EncodeError::Key { url, status } => {
                format!("编码服务 {url} 不接受 API 密钥（状态 {status}）")
            }
            EncodeError::Refused {
                url,
                status,
                reason,
            } => format!("编码服务 {url} 拒绝了请求（状态 {status}）：{reason}"),
            EncodeError::Reply { url, reason } => {
                format!("编码服务 {url} 返回的不是所要的向量：{reason}")
            }
        }
    }

    fn hint(&self, locale: Locale) -> Option<String> {
        let hint = match self {
            EncodeError::Damaged(_) => locale.pick("重新安装 jida", "install jida again"),
            EncodeError::Address { .. } => locale.pick(
                "写成 `http://主机:端口` 或 `https://主机`，密钥只含可见的 ASCII 字符",
                "write it as `http://host:port` or `https://host`; a key has visible ASCII characters only",
            ),
            EncodeError::Unreachable { .. } => locale.pick(
                "检查地址，并确认编码服务正在运行",
                "check the address and that the encoder is running",
            ),
            EncodeError::Timeout { .. } => locale.pick(
                "检查编码服务的负载，或调大超时",
                "check the encoder's load, or raise the timeout",
            ),
            EncodeError::Busy { .. } => locale.pick(
                "稍后再试，或查看编码服务的日志",
                "try again later, or look into the encoder's log",
            ),
            EncodeError::Key { .. } => locale.pick("检查 API 密钥", "check the API key"),
            EncodeError::Refused { .. } => locale.pick(
                "检查地址、接口类型和模型名",
                "check the address, the kind of interface and the model's name",
            ),
            EncodeError::Reply { .. } => locale.pick(
                "检查接口类型：`openai` 是 /v1/embeddings，`tei` 是 /embed",
                "check the kind of interface: `openai` is /v1/embeddings, `tei` is /embed",
            ),
        };
        Some(hint.to_owned())
    }
}
