//! `jida man`: the manual page, all subcommands in one.

use std::io::{self, Write};

use clap_mangen::Man;

use super::Exit;
use super::failure::Failure;
use super::help;
use super::terminal::Terminal;

pub(super) fn run(terminal: Terminal) -> Result<Exit, Failure> {
    let page = page(terminal).map_err(Failure::from_output)?;
    terminal.print(&String::from_utf8_lossy(&page))?;
    Ok(Exit::Done)
}

fn page(terminal: Terminal) -> io::Result<Vec<u8>> {
    let mut command = help::command(terminal.locale);
    command.build();
    let mut page = Vec::new();
    Man::new(command.clone()).render(&mut page)?;
    let below = command.get_subcommands();
    for (prefix, subcommand) in below.flat_map(|below| {
        let deeper = below.get_subcommands();
        let deeper = deeper.map(|deeper| (format!("{} ", below.get_name()), deeper));
        std::iter::once((String::new(), below)).chain(deeper)
    }) {
        // The global options stand once, above.
        let globals: Vec<clap::Id> = subcommand
            .get_arguments()
            .filter(|arg| arg.is_global_set())
            .map(|arg| arg.get_id().clone())
            .collect();
        let mut subcommand = subcommand.clone();
        for id in globals {
            subcommand = subcommand.mut_arg(id, |arg| arg.hide(true));
        }
        let name = format!("{prefix}{}", subcommand.get_name()).to_uppercase();
        let man = Man::new(subcommand);
        let mut section = Vec::new();
        man.render_synopsis_section(&mut section)?;
        man.render_description_section(&mut section)?;
        man.render_options_section(&mut section)?;
        let section = String::from_utf8_lossy(&section).replace(".SH ", ".SS ");
        write!(page, ".SH \"JIDA {name}\"\n{section}")?;
    }
    Ok(page)
}
