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
        Err(error) => {
            if let Some(text) = GB18030.decode_without_bom_handling_and_without_replacement(bytes)
                && plausible(&text)
            {
                return Decoded {
                    text,
                    lost_line: None,
                };
            }
            let line = bytes[..error.valid_up_to()]
                .iter()
                .filter(|&&b| b == b'\n')
                .count();
            Decoded {
                text: String::from_utf8_lossy(bytes),
                lost_line: Some(u32::try_from(line + 1).unwrap_or(u32::MAX)),
            }
        }
    }
}

/// A damaged UTF-8 file often happens to be valid GB18030, but then reads as private-use and rare signs.
fn plausible(text: &str) -> bool {
    let (mut common, mut foreign) = (0usize, 0usize);
    for c in text.chars().filter(|c| !c.is_ascii()) {
        match c {
            '\u{4e00}'..='\u{9fff}' | '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}' => {
                common += 1
            }
            '\u{e000}'..='\u{f8ff}' | '\u{80}'..='\u{9f}' => foreign += 20,
            _ => foreign += 1,
        }
    }
    common >= foreign && !looks_like_mojibake(text)
}

/// UTF-8 Chinese read as GB18030 is full of a few characters that real text hardly uses.
fn looks_like_mojibake(text: &str) -> bool {
    const TELLTALE: &str = "锛鐨銆鍙浠鏄鍦涓鎴绗鏂璇鏈杩鍚纭鎮瓒鍒缁缃鍥鏃鍔閫鐢";
    let (mut telltale, mut all) = (0usize, 0usize);
    for c in text.chars().filter(|c| !c.is_ascii()) {
        all += 1;
        telltale += usize::from(TELLTALE.contains(c));
    }
    telltale * 8 > all
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
