//! Text for people: marked, wrapped and aligned by what it takes on the screen, not by its length.

use anstyle::{AnsiColor, Style};
use unicode_general_category::{GeneralCategory, get_general_category};
use unicode_width::UnicodeWidthStr;

/// Words that matched.
pub(super) const MARK: Style = AnsiColor::Yellow.on_default().bold();
/// Questions.
pub(super) const STRONG: Style = Style::new().bold();
/// What is there to be found, not to be read.
pub(super) const FAINT: Style = Style::new().dimmed();

/// `text` in `style`.
pub(super) fn styled(text: &str, style: Style) -> String {
    format!("{style}{}{style:#}", printable(text))
}

/// A confidence as people read it.
pub(super) fn percent(confidence: f64) -> String {
    // Nothing but certainty is shown as certain.
    let most = if confidence < 1.0 { 99.0 } else { 100.0 };
    format!("{:.0}%", (confidence * 100.0).min(most))
}

/// Half-open ranges of code points, and how they look.
pub(super) type Layer<'a> = (&'a [[usize; 2]], Style);

/// The code points `window` of `text` with layers of style; a later layer wins.
///
/// Offsets in `layers` count from the start of `text`. A style never spans a line break, so lines can be
/// indented afterwards.
pub(super) fn painted(text: &str, window: [usize; 2], layers: &[Layer<'_>]) -> String {
    let mut out = String::new();
    let mut current = Style::new();
    let chars = text.chars().enumerate();
    for (at, c) in chars
        .skip(window[0])
        .take(window[1].saturating_sub(window[0]))
    {
        let style = layers
            .iter()
            .rfind(|(ranges, _)| ranges.iter().any(|&[from, to]| (from..to).contains(&at)))
            .filter(|_| c != '\n')
            .map_or(Style::new(), |&(_, style)| style);
        if style != current {
            out.push_str(&format!("{current:#}{style}"));
            current = style;
        }
        out.extend(visible(c));
    }
    out.push_str(&format!("{current:#}"));
    out
}

/// A whole question, with the words that matched.
pub(super) fn strong(question: &str, matched: &[[usize; 2]]) -> String {
    let all = [0, question.chars().count()];
    painted(question, all, &[(&[all], STRONG), (matched, MARK)])
}

/// A corpus is other people's text: what commands the terminal must not reach it.
pub(super) fn printable(text: &str) -> String {
    text.chars().filter_map(visible).collect()
}

/// The character as a terminal may see it: controls as blanks; `None` for what is invisible and moves others,
/// such as the marks that turn the direction of writing. Joiners stay, emoji and some scripts need them.
pub(super) fn visible(c: char) -> Option<char> {
    use GeneralCategory::{Control, Format, LineSeparator, ParagraphSeparator};

    match (c, get_general_category(c)) {
        ('\n' | '\u{200c}' | '\u{200d}', _) => Some(c),
        (_, Control | LineSeparator | ParagraphSeparator) => Some(' '),
        (_, Format) => None,
        _ => Some(c),
    }
}

/// Wraps each line of `text` to `width` columns behind `indent`.
pub(super) fn wrapped(text: &str, width: usize, indent: &str) -> String {
    hanging(text, width, indent, indent)
}

/// Wraps each line of `text` to `width` columns, what follows its first row behind another indent.
pub(super) fn hanging(text: &str, width: usize, first: &str, rest: &str) -> String {
    let options = textwrap::Options::new(width)
        .initial_indent(first)
        .subsequent_indent(rest);
    let mut out = String::new();
    for line in text.lines() {
        for piece in textwrap::wrap(line, &options) {
            out.push_str(piece.trim_end());
            out.push('\n');
        }
    }
    out
}

/// Columns that line up, East-Asian width respected.
#[derive(Debug)]
pub(super) struct Table {
    right_aligned: Vec<bool>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// Begins with a heading; a column whose heading starts with `>` is aligned to the right.
    pub(super) fn new(headings: &[&str]) -> Table {
        Table {
            right_aligned: headings.iter().map(|text| text.starts_with('>')).collect(),
            rows: vec![
                headings
                    .iter()
                    .map(|text| text.trim_start_matches('>').to_owned())
                    .collect(),
            ],
        }
    }

    /// Adds a row.
    pub(super) fn row(&mut self, cells: Vec<String>) {
        let cells = cells.iter().map(|cell| printable(cell).replace('\n', " "));
        self.rows.push(cells.collect());
    }

    /// The lines behind `indent`, the headings faint.
    pub(super) fn render(&self, indent: &str) -> String {
        let widths: Vec<usize> = (0..self.right_aligned.len())
            .map(|column| {
                let cells = self.rows.iter().filter_map(|row| row.get(column));
                cells.map(|cell| cell.width()).max().unwrap_or(0)
            })
            .collect();
        let mut out = String::new();
        for (number, row) in self.rows.iter().enumerate() {
            let mut line = String::new();
            for (column, cell) in row.iter().enumerate() {
                let gap = " ".repeat(widths[column].saturating_sub(cell.width()));
                let (before, after) = match self.right_aligned[column] {
                    true => (gap.as_str(), ""),
                    false => ("", gap.as_str()),
                };
                line.push_str(&format!("{before}{cell}{after}  "));
            }
            let line = line.trim_end();
            match number {
                0 => out.push_str(&format!("{indent}{FAINT}{line}{FAINT:#}\n")),
                _ => out.push_str(&format!("{indent}{line}\n")),
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_with_wide_characters() {
        let mut table = Table::new(&["词", ">权重"]);
        table.row(vec!["备案".to_owned(), "0.5".to_owned()]);
        table.row(vec!["ICP".to_owned(), "12.25".to_owned()]);
        let plain = anstream::adapter::strip_str(&table.render("  ")).to_string();
        assert_eq!(plain, "  词     权重\n  备案    0.5\n  ICP   12.25\n");
    }

    #[test]
    fn chinese_wraps_by_columns_and_never_before_a_full_stop() {
        let lines = wrapped("网站备案需要多长时间完成审核。", 12, "  ");
        for line in lines.lines() {
            assert!(line.width() <= 12, "{line:?}");
            assert!(!line.trim_start().starts_with('。'), "{line:?}");
        }
        let joined: String = lines.split_whitespace().collect();
        assert_eq!(joined, "网站备案需要多长时间完成审核。");
    }

    #[test]
    fn later_layers_win_and_styles_stop_at_line_ends() {
        let text = "甲乙\n丙丁";
        let out = painted(text, [0, 5], &[(&[[1, 4]], STRONG), (&[[3, 4]], MARK)]);
        let (bold, mark) = (STRONG.render(), MARK.render());
        assert_eq!(out, format!("甲{bold}乙{STRONG:#}\n{mark}丙{MARK:#}丁"));
    }

    #[test]
    fn control_characters_of_a_corpus_stay_off_the_terminal() {
        assert_eq!(printable("a\u{1b}[31mb\u{7}\nc"), "a [31mb \nc");
        assert_eq!(printable("a\u{9b}31mb\u{2028}c"), "a 31mb c");
        assert_eq!(printable("1\u{202e}23\u{2066}4\u{feff}"), "1234");
        assert_eq!(printable("👩\u{200d}💻"), "👩\u{200d}💻");
    }
}
