//! The HTTP API, over real sockets; modules mirror the URLs.
