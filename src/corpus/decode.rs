//! Bytes of a file become text: UTF-8 first, GB18030 next, and in despair UTF-8 with holes.

use std::borrow::Cow;

use encoding_rs::{GB18030, UTF_16BE, UTF_16LE};

/// The text of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// The text; for a UTF-8 file the file's own bytes, a byte-order mark included.
    pub text: Cow<'a, str>,
    /// The first line, from 1, on which bytes were no text and were replaced by `U+FFFD`.
    pub lost_line: Option<u32>,
}

/// Decodes a file's bytes.
pub fn decode(bytes: &[u8]) -> Decoded<'_> {
    for (mark, encoding) in [(b"\xff\xfe", UTF_16LE), (b"\xfe\xff", UTF_16BE)] {
        if bytes.starts_with(mark) {
            let (text, lost) = encoding.decode_without_bom_handling(&bytes[2..]);
            return Decoded {
                lost_line: lost.then(|| first_hole(&text)),
                text,
            };
        }
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Decoded {
            text: Cow::Borrowed(text),
            lost_line: None,
        },
        Err(_) => neither(bytes),
    }
}

/// No clean UTF-8: GB18030, or damaged one of the two.
fn neither(bytes: &[u8]) -> Decoded<'_> {
    let utf8 = String::from_utf8_lossy(bytes);
    let utf8_holes = holes(&utf8);
    let letters = utf8.chars().filter(|c| !c.is_ascii()).count() - utf8_holes;
    // GB18030 read as UTF-8 is hardly anything but holes: where letters prevail, UTF-8 was damaged.
    if letters <= utf8_holes * 4 {
        let (gb, lost) = GB18030.decode_without_bom_handling(bytes);
        if plausible(&gb) && holes(&gb) < utf8_holes {
            return Decoded {
                lost_line: lost.then(|| first_hole(&gb)),
                text: gb,
            };
        }
    }
    Decoded {
        lost_line: Some(first_hole(&utf8)),
        text: utf8,
    }
}

fn holes(text: &str) -> usize {
    text.matches('\u{fffd}').count()
}

/// Bytes of no text at all often happen to be valid GB18030, but then read as private-use and rare signs.
fn plausible(text: &str) -> bool {
    let (mut common, mut foreign) = (0usize, 0usize);
    for c in text.chars().filter(|c| !c.is_ascii()) {
        match c {
            '\u{4e00}'..='\u{9fff}' | '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}' => {
                common += 1;
            }
            '\u{e000}'..='\u{f8ff}' | '\u{80}'..='\u{9f}' => foreign += 20,
            _ => foreign += 1,
        }
    }
    common >= foreign
}

fn first_hole(text: &str) -> u32 {
    let line = text
        .lines()
        .position(|l| l.contains('\u{fffd}'))
        .unwrap_or_default();
    u32::try_from(line + 1).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_told_apart() {
        let text = "### 备案要多久？\n一般需要二十个工作日。\n";
        let (gb, _, _) = GB18030.encode(text);
        let bom = format!("\u{feff}{text}");
        let mut damaged = text.as_bytes().to_vec();
        damaged.truncate(damaged.len() - 2);
        damaged.push(b'\n');
        let mut cut = gb.to_vec();
        cut.truncate(cut.len() - 4);
        cut.push(b'\n');
        let utf16: Vec<u8> = [0xff, 0xfe]
            .into_iter()
            .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        for (bytes, expected, lost) in [
            (text.as_bytes(), Some(text), None),
            (&gb, Some(text), None),
            (bom.as_bytes(), Some(bom.as_str()), None),
            (&utf16, Some(text), None),
            (&damaged, None, Some(2)),
            (
                &cut,
                Some("### 备案要多久？\n一般需要二十个工作\u{fffd}\n"),
                Some(2),
            ),
            (b"\xff\xfd\x80 x", None, Some(1)),
            (b"", Some(""), None),
        ] {
            let decoded = decode(bytes);
            if let Some(expected) = expected {
                assert_eq!(decoded.text, expected);
            }
            assert_eq!(decoded.lost_line, lost, "{bytes:?}");
        }
    }
}
