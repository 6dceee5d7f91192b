//! Tests every engine must pass.
