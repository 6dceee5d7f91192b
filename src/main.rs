//! The `jida` command.

fn main() {}
