//! The HTTP API, over real sockets; modules mirror the URLs.

mod access;
mod ask;
mod attacks;
mod bad_input;
mod bases;
mod concurrency;
mod context;
mod docs;
mod entries;
mod explain;
mod feedback;
mod headers;
mod health;
mod log;
mod metrics;
mod openapi;
mod page;
mod rate;
mod reader;
mod reload;
mod search;
mod server;
mod suggest;
mod welcome;
mod widget;
