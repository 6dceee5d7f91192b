//! The HTTP API, over real sockets; modules mirror the URLs.

mod ask;
mod bad_input;
mod bases;
mod concurrency;
mod context;
mod docs;
mod entries;
mod example;
mod explain;
mod feedback;
mod headers;
mod health;
mod log;
mod metrics;
mod openapi;
mod page;
mod reader;
mod reload;
mod search;
mod server;
mod suggest;
mod unanswered;
mod welcome;
mod widget;
