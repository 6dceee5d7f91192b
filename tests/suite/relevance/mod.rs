//! Whether the right entry comes first.
