//! The command line, as a process; modules mirror the subcommands.
