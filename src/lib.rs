//! jida 即答 answers natural-language Chinese questions from an FAQ written in Markdown.
//!
//! The modules stand in the order in which data flows through them; nothing calls back up:
//! a folder of Markdown becomes [`corpus`] entries, [`text`] turns entries and questions into the
//! same tokens, [`semantic`] into vectors, [`index`] finds candidates, [`rank`] orders them and says
//! how sure it is, [`search`] conducts the journey, [`eval`] measures how well it goes, and [`serve`] puts it
//! on HTTP. Beside them stands [`store`], which keeps what people say about the answers.

#![forbid(unsafe_code)]

pub mod locale;

pub mod corpus;
pub mod text;

pub mod semantic;

pub mod index;
pub mod rank;
pub mod search;

pub mod store;

pub mod eval;
pub mod serve;
