//! What can go wrong with a cluster, named by what its owner can do about it.

use crate::locale::{Locale, Localized};

/// What can go wrong with a cluster. `at` is where: the node, or the cluster's first.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClusterError {
    /// An address or a file of certificates can't be used.
    #[error("the cluster can't be reached at “{at}”: {reason}")]
    Settings {
        /// The address or file.
        at: String,
        /// What is wrong with it.
        reason: String,
    },
    /// No node takes a connection.
    #[error("no node of the cluster answers at {at}: {reason}")]
    Unreachable {
        /// All that were tried.
        at: String,
        /// What the last one did.
        reason: String,
    },
    /// No node answered in time.
    #[error("the cluster at {at} did not answer within {seconds} s")]
    Timeout {
        /// The node.
        at: String,
        /// The time it had.
        seconds: String,
    },
    /// The node's certificate is none that we trust.
    #[error("the certificate of {at} can't be trusted: {reason}")]
    Certificate {
        /// The node.
        at: String,
        /// Why.
        reason: String,
    },
    /// It does not know us.
    #[error("{at} refuses the user and password")]
    Credentials {
        /// The node.
        at: String,
    },
    /// It knows us and does not let us.
    #[error("{at} forbids this: {reason}")]
    Forbidden {
        /// The node.
        at: String,
        /// Its own words.
        reason: String,
    },
    /// It has too much to do.
    #[error("the cluster at {at} is too busy: {reason}")]
    Busy {
        /// The node.
        at: String,
        /// Its own words.
        reason: String,
    },
    /// One document alone is larger than any request may be.
    #[error("the cluster at {at} takes no request of {bytes} bytes, which “{name}” alone needs")]
    TooLarge {
        /// The nodes.
        at: String,
        /// Bytes of the request.
        bytes: usize,
        /// The entry's id, or what else it is called.
        name: String,
    },
    /// Parts of the index are on no node that runs.
    #[error("the cluster at {at} can't serve the index: {reason}")]
    Red {
        /// The node.
        at: String,
        /// Its own words.
        reason: String,
    },
    /// It answered with an error that is none of these.
    #[error("the cluster at {at} replied {status}: {reason}")]
    Refused {
        /// The node.
        at: String,
        /// The HTTP status.
        status: u16,
        /// Its own words.
        reason: String,
    },
    /// What it answered makes no sense.
    #[error("what answers at {at} does not look like OpenSearch: {reason}")]
    Reply {
        /// The node.
        at: String,
        /// What was not understood.
        reason: String,
    },
    /// The alias leads to what no jida built, or to several indexes.
    #[error("the alias {alias} leads to {found}, which is no single index of jida's")]
    Alias {
        /// The alias.
        alias: String,
        /// Where it leads.
        found: String,
    },
}

impl ClusterError {
    /// Whether the same may be answered a moment later.
    pub fn is_passing(&self) -> bool {
        matches!(
            self,
            ClusterError::Unreachable { .. }
                | ClusterError::Timeout { .. }
                | ClusterError::Busy { .. }
                | ClusterError::Red { .. }
        )
    }
}

impl ClusterError {
    /// Whether there is an index of this name already.
    pub(super) fn is_taken(&self) -> bool {
        let taken = "resource_already_exists_exception";
        matches!(self, ClusterError::Refused { reason, .. } if reason.starts_with(taken))
    }
}

impl Localized for ClusterError {
    fn message(&self, locale: Locale) -> String {
        if locale == Locale::En {
            return self.to_string();
        }
        match self {
            ClusterError::Settings { at, reason } => {
                format!("用不了集群地址或证书“{at}”：{reason}")
            }
            ClusterError::Unreachable { at, reason } => {
                format!("集群 {at} 没有一个节点应答：{reason}")
            }
            ClusterError::Timeout { at, seconds } => format!("集群 {at} 在 {seconds} 秒内没有应答"),
            ClusterError::Certificate { at, reason } => format!("{at} 的证书不可信：{reason}"),
            ClusterError::Credentials { at } => format!("{at} 不认这个用户名和密码"),
            ClusterError::Forbidden { at, reason } => format!("{at} 不允许这样做：{reason}"),
            ClusterError::Busy { at, reason } => format!("集群 {at} 太忙：{reason}"),
            ClusterError::TooLarge { at, bytes, name } => {
                format!("集群 {at} 不收 {bytes} 字节的请求，而“{name}”一条就有这么大")
            }
            ClusterError::Red { at, reason } => format!("集群 {at} 现在读不了这个索引：{reason}"),
            ClusterError::Refused { at, status, reason } => {
                format!("集群 {at} 回了 {status}：{reason}")
            }
            ClusterError::Reply { at, reason } => format!("{at} 的应答不像 OpenSearch：{reason}"),
            ClusterError::Alias { alias, found } => {
                format!("别名 {alias} 指向 {found}，不是 jida 的一个索引")
            }
        }
    }

    fn hint(&self, locale: Locale) -> Option<String> {
        let hint = match self {
            ClusterError::Settings { .. } => locale.pick(
                "地址写成 https://主机:端口；证书文件是 PEM 格式",
                "write an address as https://host:port; certificates are a PEM file",
            ),
            ClusterError::Unreachable { .. } => locale.pick(
                "检查地址和端口，集群是否在运行，防火墙是否放行",
                "check the addresses and ports, that the cluster runs, and that no firewall stands between",
            ),
            ClusterError::Timeout { .. } => locale.pick(
                "看集群的负载和健康状况；大索引可以放宽超时",
                "look at the cluster's load and health; a large index may need a longer timeout",
            ),
            ClusterError::Certificate { .. } => locale.pick(
                "自签的证书要给出签发它的 CA 文件；证书上的主机名要与地址一致",
                "for a certificate of your own name the file of the CA that signed it; its host name must be that of the address",
            ),
            ClusterError::Credentials { .. } => {
                locale.pick("检查用户名和密码", "check the user and the password")
            }
            ClusterError::Forbidden { .. } => locale.pick(
                "给这个用户的权限：前缀下的索引和别名 indices:*，以及 cluster_composite_ops、cluster:monitor/main 和 cluster:monitor/health",
                "give this user indices:* on indexes and aliases with our prefix, and cluster_composite_ops, cluster:monitor/main and cluster:monitor/health",
            ),
            ClusterError::Busy { .. } => locale.pick(
                "过一会儿再试；常常如此就给集群加节点",
                "try again in a while; if it happens often, give the cluster more nodes",
            ),
            ClusterError::TooLarge { .. } => locale.pick(
                "调大节点（和前面代理）的请求上限，OpenSearch 是 http.max_content_length；或把这一条拆短",
                "raise the limit of requests of the nodes and of what stands before them (http.max_content_length of OpenSearch), or divide the entry",
            ),
            ClusterError::Red { .. } => locale.pick(
                "看 `GET _cluster/health` 和 `GET _cat/shards`：让丢失的节点回来，或运行 `jida index` 重建",
                "see `GET _cluster/health` and `GET _cat/shards`: bring the lost nodes back, or run `jida index` to rebuild it",
            ),
            ClusterError::Refused { .. } | ClusterError::Reply { .. } => locale.pick(
                "确认地址是 OpenSearch 集群，并看它的日志",
                "make sure that an OpenSearch cluster is at this address, and see its log",
            ),
            ClusterError::Alias { .. } => locale.pick(
                "换一个前缀，或删掉这个别名再运行 `jida index`",
                "choose another prefix, or remove the alias and run `jida index`",
            ),
        };
        Some(hint.to_owned())
    }
}
