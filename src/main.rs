//! The `jida` command.

mod cli;
mod config;

/// Gives back what a build in a running server needed: the system's own allocator keeps most of it, and a little more
/// after each reload.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    cli::main()
}
