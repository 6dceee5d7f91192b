//! Where answers come from: the index here, or a running server. Both give the same replies.

use jida::locale::{Locale, Localized};
use jida::search::{
    AskReply, AskRequest, Context, EntriesReply, EntryReply, ExplainReply, Question, SearchError,
    SearchReply, SearchRequest, Searcher, SuggestReply,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::failure::{CommandError, Failure};
use super::open;
use super::remote::{Client, RemoteError};
use super::terminal::Terminal;
use crate::config::Config;

/// What answers.
#[derive(Debug)]
pub(super) enum Source {
    /// The index here.
    Local(Box<Searcher>),
    /// A server.
    Remote(Client),
}

/// A reply, and the JSON that is printed for it.
#[derive(Debug)]
pub(super) struct Reply<T> {
    pub(super) value: T,
    /// On one line.
    pub(super) json: String,
}

impl<T: Serialize> From<T> for Reply<T> {
    fn from(value: T) -> Reply<T> {
        Reply {
            json: json(&value),
            value,
        }
    }
}

/// On one line. A reply has no float that JSON lacks and no key that is not text, so this can't fail.
pub(super) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// Why there is no reply.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    /// The index here can't.
    #[error(transparent)]
    Search(#[from] SearchError),
    /// The server can't.
    #[error(transparent)]
    Remote(#[from] RemoteError),
}

impl Localized for Refusal {
    fn message(&self, locale: Locale) -> String {
        match self {
            Refusal::Search(error) => error.message(locale),
            Refusal::Remote(error) => error.message(locale),
        }
    }

    fn hint(&self, locale: Locale) -> Option<String> {
        match self {
            Refusal::Search(error) => error.hint(locale),
            Refusal::Remote(error) => error.hint(locale),
        }
    }
}

impl Source {
    /// What `config` names, to answer in `locale`. Of a server nothing is known before the first question.
    pub(super) fn open(
        config: &Config,
        locale: Locale,
        terminal: Terminal,
    ) -> Result<Source, Failure> {
        if let Some(remote) = Source::remote(config, locale) {
            return Ok(remote);
        }
        let mut settings = config.search.clone();
        settings.locale = locale;
        let searcher = open::searcher(config, settings, terminal)?;
        Ok(Source::Local(Box::new(searcher)))
    }

    /// The server that `config` names, if it does.
    pub(super) fn remote(config: &Config, locale: Locale) -> Option<Source> {
        let base = config.client.server.as_deref()?;
        let kb = config.kb_is_chosen.then(|| config.search.kb.clone());
        Some(Source::Remote(Client::new(
            base,
            &config.client,
            kb,
            locale,
        )))
    }

    pub(super) async fn ask(
        &self,
        context: &Context,
        request: &AskRequest,
    ) -> Result<Reply<AskReply>, Refusal> {
        match self {
            Source::Local(searcher) => Ok(searcher.ask_in(context, request).await?.into()),
            Source::Remote(client) => {
                let (context, request) = (context.clone(), request.clone());
                aside(client, move |client| {
                    client.question("/v1/ask", &context, &request)
                })
                .await
            }
        }
    }

    pub(super) async fn explain(
        &self,
        context: &Context,
        request: &AskRequest,
    ) -> Result<Reply<ExplainReply>, Refusal> {
        match self {
            Source::Local(searcher) => Ok(searcher.explain_in(context, request).await?.into()),
            Source::Remote(client) => {
                let (context, request) = (context.clone(), request.clone());
                aside(client, move |client| {
                    client.question("/v1/explain", &context, &request)
                })
                .await
            }
        }
    }

    pub(super) async fn search(
        &self,
        request: &SearchRequest,
    ) -> Result<Reply<SearchReply>, Refusal> {
        match self {
            Source::Local(searcher) => Ok(searcher.search(request).await?.into()),
            Source::Remote(client) => {
                let request = request.clone();
                aside(client, move |client| client.search(&request)).await
            }
        }
    }

    pub(super) async fn suggest(
        &self,
        typed: &Question,
        limit: usize,
    ) -> Result<SuggestReply, Refusal> {
        match self {
            Source::Local(searcher) => Ok(searcher.suggest(typed, limit).await?),
            Source::Remote(client) => {
                let parameters = [("q", typed.to_string()), ("limit", limit.to_string())];
                let reply: Reply<SuggestReply> =
                    aside(client, move |client| client.get("/v1/suggest", &parameters)).await?;
                Ok(reply.value)
            }
        }
    }

    pub(super) async fn entry(&self, id: &str) -> Result<EntryReply, Refusal> {
        match self {
            Source::Local(searcher) => Ok(searcher.entry(id).await?),
            Source::Remote(client) => {
                let path = format!("/v1/entries/{}", jida::serve::percent_encoded(id));
                let reply: Reply<EntryReply> =
                    aside(client, move |client| client.get(&path, &[])).await?;
                Ok(reply.value)
            }
        }
    }

    /// How many entries there are.
    pub(super) async fn entries(&self) -> Result<usize, Refusal> {
        match self {
            Source::Local(searcher) => Ok(searcher.index().len()),
            Source::Remote(client) => {
                let parameters = [("limit", "1".to_owned())];
                let reply: Reply<EntriesReply> =
                    aside(client, move |client| client.get("/v1/entries", &parameters)).await?;
                Ok(reply.value.total)
            }
        }
    }

    /// Warns if the index here is asked without vectors that it has; a server's log tells of its own.
    pub(super) fn warn_without_vectors(&self, terminal: Terminal) {
        if let Source::Local(searcher) = self
            && searcher.misses_vectors()
        {
            terminal.warn(&CommandError::EncoderFails);
        }
    }
}

/// Calls off the thread that waits, so that whoever waits can give up.
async fn aside<T: DeserializeOwned + Send + 'static>(
    client: &Client,
    call: impl FnOnce(Client) -> Result<Reply<T>, RemoteError> + Send + 'static,
) -> Result<Reply<T>, Refusal> {
    let client = client.clone();
    match tokio::task::spawn_blocking(move || call(client)).await {
        Ok(reply) => Ok(reply?),
        Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
    }
}
