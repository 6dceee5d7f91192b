//! Everything jida promises, tested from outside: one binary, a module for each surface.

mod api;
mod cli;
mod cluster;
mod corpus;
mod relevance;
mod tidy;
