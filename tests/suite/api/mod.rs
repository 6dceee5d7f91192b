//! The HTTP API, over real sockets; modules mirror the URLs.

mod ask;
mod bad_input;
mod concurrency;
mod context;
mod entries;
mod explain;
mod headers;
mod health;
mod log;
mod openapi;
mod page;
mod search;
mod server;
mod suggest;
mod widget;
