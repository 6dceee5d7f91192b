//! A table, fitted to the screen by what its cells take there.
//!
//! Columns are parted by blanks and the heading underlined with hyphens: lines drawn with box characters are
//! two columns wide in some Chinese fonts, and nothing lines up there.

use pulldown_cmark::Alignment;

use super::Page;
use super::flow::{Flow, Look};
use crate::cli::layout::FAINT;

/// Between columns.
const GAP: &str = "  ";
/// Where columns would become narrower, each row is written as a list instead.
const NARROWEST: usize = 6;

/// Rows of cells, the heading first.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) alignments: Vec<Alignment>,
    pub(super) rows: Vec<Vec<Flow>>,
}

impl Table {
    /// The table's lines, at most `width` columns wide.
    pub(super) fn lines(&self, width: usize, page: Page) -> Vec<String> {
        match self.widths(width) {
            Some(widths) => self.side_by_side(&widths, page),
            None => self.one_by_one(width, page),
        }
    }

    /// The width of each column; `None` if they don't fit side by side.
    fn widths(&self, width: usize) -> Option<Vec<usize>> {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let natural = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(Flow::natural_width).max().unwrap_or(0).max(1)
        };
        let mut widths: Vec<usize> = (0..columns).map(natural).collect();
        let mut left = width.checked_sub(GAP.len() * columns.saturating_sub(1))?;
        if widths.iter().sum::<usize>() <= left {
            return Some(widths);
        }
        // Narrow columns keep what they need, the others share the rest.
        let mut open: Vec<usize> = (0..columns).collect();
        loop {
            let share = left / open.len().max(1);
            let (fitting, wide): (Vec<usize>, Vec<usize>) =
                open.iter().partition(|&&column| widths[column] <= share);
            if fitting.is_empty() {
                if share < NARROWEST {
                    return None;
                }
                let spare = left % open.len().max(1);
                for (number, column) in open.into_iter().enumerate() {
                    widths[column] = share + usize::from(number < spare);
                }
                return Some(widths);
            }
            left -= fitting.iter().map(|&column| widths[column]).sum::<usize>();
            open = wide;
        }
    }

    fn side_by_side(&self, widths: &[usize], page: Page) -> Vec<String> {
        let rows: Vec<Vec<String>> = self
            .rows
            .iter()
            .map(|row| self.row(row, widths, page))
            .collect();
        // Once a row takes several lines, nobody sees where the next begins.
        let apart = rows.iter().skip(1).any(|lines| lines.len() > 1);
        let mut out = Vec::new();
        for (number, lines) in rows.into_iter().enumerate() {
            if apart && number > 1 {
                out.push(String::new());
            }
            out.extend(lines);
            if number == 0 {
                let rule: Vec<String> = widths.iter().map(|&width| "-".repeat(width)).collect();
                out.push(page.styled(&rule.join(GAP), FAINT));
            }
        }
        out
    }

    fn row(&self, row: &[Flow], widths: &[usize], page: Page) -> Vec<String> {
        let cells: Vec<_> = row
            .iter()
            .zip(widths)
            .map(|(cell, &width)| cell.lines(width, true))
            .collect();
        let height = cells.iter().map(Vec::len).max().unwrap_or(0);
        let mut out = Vec::new();
        for at in 0..height {
            let mut line = String::new();
            // Blanks are written once something stands behind them.
            let mut owed = 0;
            for (column, ((cell, lines), &width)) in row.iter().zip(&cells).zip(widths).enumerate()
            {
                let range = lines.get(at).cloned().unwrap_or(0..0);
                let free = width.saturating_sub(cell.width_of(&range));
                let before = match self.alignments.get(column) {
                    Some(Alignment::Right) => free,
                    Some(Alignment::Center) => free / 2,
                    _ => 0,
                };
                if range.is_empty() {
                    owed += width;
                } else {
                    line.push_str(&" ".repeat(owed + before));
                    line.push_str(&cell.painted(&range, page.links));
                    owed = free - before;
                }
                owed += GAP.len();
            }
            out.push(line);
        }
        out
    }

    /// Each row as lines of heading and cell.
    fn one_by_one(&self, width: usize, page: Page) -> Vec<String> {
        let mut out = Vec::new();
        let headings = self.rows.first();
        for (number, row) in self.rows.iter().skip(1).enumerate() {
            if number > 0 {
                out.push(String::new());
            }
            for (column, cell) in row.iter().enumerate() {
                let mut both = Flow::default();
                if let Some(heading) = headings.and_then(|headings| headings.get(column))
                    && !heading.is_empty()
                {
                    both.append(heading);
                    both.push_str(page.locale.pick("：", ": "), Look::default());
                }
                both.append(cell);
                let lines = both.lines(width, true);
                out.extend(lines.iter().map(|line| both.painted(line, page.links)));
            }
        }
        out
    }
}
