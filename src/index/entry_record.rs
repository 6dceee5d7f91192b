//! Writes the record that [`EntryText`](super::EntryText) reads.

use std::ops::Range;

use crate::index::entry_text::{FAR, FILLER, SAYS};
use crate::text::{Analysis, Analyzer, AtomId, Normalized, TokenKind, atoms};

/// A text of an entry, about to be written.
pub(super) struct Written<'a> {
    /// As the author wrote it.
    pub(super) original: &'a str,
    /// Taken apart.
    pub(super) analysis: &'a Analysis,
}

/// Writes an entry's record. `passages` are bytes of the normalised answer.
pub(super) fn record(
    category: &str,
    heading: &Analysis,
    answer: &Written<'_>,
    passages: &[Range<usize>],
    questions: &[Written<'_>],
    analyzer: &Analyzer,
) -> Vec<u8> {
    let text = answer.analysis.normalized.as_str();
    let mut says = blake3::Hasher::new();
    let first = questions
        .first()
        .map_or("", |question| question.analysis.normalized.as_str());
    says.update(&(first.len() as u64).to_le_bytes());
    says.update(first.as_bytes()).update(text.as_bytes());
    let heading = atoms(heading.normalized.as_str());
    let parts = atoms(text);
    let places = places(answer.original, &answer.analysis.normalized, &parts);
    let of_questions = questions.iter().map(|question| question.original.len());
    let numbers = (6 + heading.len() + parts.len() + passages.len() * 3) * size_of::<u32>();
    // A question's record is about four times as long as the question.
    let room = category.len() + numbers + places.len() + of_questions.sum::<usize>() * 6;
    let mut out = Vec::with_capacity(SAYS + room);
    out.extend(&says.finalize().as_bytes()[..SAYS]);
    for count in [
        category.len(),
        heading.len(),
        parts.len(),
        text.len(),
        passages.len(),
        places.len(),
    ] {
        push(&mut out, count as u32);
    }
    out.extend(category.as_bytes());
    for (atom, _) in heading.iter().chain(&parts) {
        push(&mut out, *atom);
    }
    for passage in passages {
        // Whole atoms only: a term counts where all of it stands inside.
        let start = parts.partition_point(|(_, range)| range.start < passage.start);
        let end = parts.partition_point(|(_, range)| range.end <= passage.end);
        for number in [start, end.max(start), passage.len()] {
            push(&mut out, number as u32);
        }
    }
    out.extend(places);
    for question in questions {
        push_question(&mut out, question, analyzer);
    }
    out
}

fn push_question(out: &mut Vec<u8>, question: &Written<'_>, analyzer: &Analyzer) {
    let Written { original, analysis } = question;
    let text = analysis.normalized.as_str();
    let parts = atoms(text);
    let places = places(original, &analysis.normalized, &parts);
    let letters: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
    let tokens = analysis.tokens.iter();
    let ideographs: Vec<u32> = tokens
        .filter(|token| token.kind == TokenKind::Character)
        .filter_map(|token| {
            let ideograph = u32::from(analysis.term(token).chars().next()?);
            Some(ideograph | if token.filler { FILLER } else { 0 })
        })
        .collect();
    let named = analyzer.conditions().named(text);
    for count in [
        text.len(),
        parts.len(),
        letters.len(),
        ideographs.len(),
        places.len(),
    ] {
        push(out, count as u32);
    }
    out.extend([named.sides.len() as u8, u8::from(named.negated)]);
    out.extend(text.as_bytes());
    parts.iter().for_each(|(atom, _)| push(out, *atom));
    letters.iter().for_each(|&letter| push(out, letter.into()));
    ideographs
        .iter()
        .for_each(|&ideograph| push(out, ideograph));
    out.extend(places);
    for (group, bits) in named.sides {
        out.push(group);
        push(out, bits);
    }
}

fn push(out: &mut Vec<u8>, number: u32) {
    out.extend(number.to_le_bytes());
}

/// Where atoms stand in the original: mostly a byte on from the start of the one before, and a byte of length.
fn places(original: &str, normalized: &Normalized, atoms: &[(AtomId, Range<usize>)]) -> Vec<u8> {
    let mut points = CodePoints::of(original);
    let mut out = Vec::with_capacity(atoms.len() * 2);
    let mut last = 0;
    let ranges = atoms.iter().map(|(_, range)| range.clone());
    for range in normalized.all_to_original(ranges) {
        let (start, end) = (points.before(range.start), points.before(range.end));
        let short = |number: Option<usize>| number.and_then(|number| u8::try_from(number).ok());
        match (
            short(start.checked_sub(last)),
            short(end.checked_sub(start)),
        ) {
            (Some(on), Some(length)) if on != FAR => out.extend([on, length]),
            _ => {
                out.push(FAR);
                push(&mut out, start as u32);
                push(&mut out, end as u32);
            }
        }
        last = start;
    }
    out
}

/// Counts code points up to a byte; quick if asked in order.
struct CodePoints<'a> {
    text: &'a str,
    byte: usize,
    point: usize,
}

impl<'a> CodePoints<'a> {
    fn of(text: &'a str) -> Self {
        CodePoints {
            text,
            byte: 0,
            point: 0,
        }
    }

    fn before(&mut self, byte: usize) -> usize {
        if byte < self.byte {
            self.point -= self.text[byte..self.byte].chars().count();
        } else {
            self.point += self.text[self.byte..byte].chars().count();
        }
        self.byte = byte;
        self.point
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::entry_text::EntryText;

    /// The record of an entry whose answer has one passage, its second half.
    fn written(question: &str, variant: &str, answer: &str) -> (Vec<u8>, Normalized) {
        let analyzer = Analyzer::new();
        let texts = [question, variant, answer];
        let analyses = texts.map(|text| analyzer.analyze(text));
        let of = |at: usize| Written {
            original: texts[at],
            analysis: &analyses[at],
        };
        let normalized = analyses[2].normalized.clone();
        let half = normalized.as_str().char_indices();
        let half = half
            .map(|(at, _)| at)
            .find(|&at| at * 2 >= normalized.as_str().len());
        let passage = half.unwrap_or_default()..normalized.as_str().len();
        let heading = analyzer.analyze("云/备案");
        let questions = [of(0), of(1)];
        let record = record(
            "云/备案",
            &heading,
            &of(2),
            &[passage],
            &questions,
            &analyzer,
        );
        (record, normalized)
    }

    #[test]
    fn a_record_reads_back() {
        let (record, _) = written("请问個人備案要多久？", "ICP 备案不要多久", "二十天。");
        let text = EntryText::read(&record).expect("a record");
        assert_eq!((text.category, text.answer_bytes), ("云/备案", 12));
        assert_eq!(text.question.text, "请问个人备案要多久?");
        let letters: String = text.question.letters().filter_map(char::from_u32).collect();
        assert_eq!(letters, "请问个人备案要多久");
        let courtesy = text.question.ideographs().filter(|(_, filler)| *filler);
        let courtesy: String = courtesy.filter_map(|(c, _)| char::from_u32(c)).collect();
        assert_eq!(courtesy, "请问");
        let negated: Vec<bool> = text.questions().map(|question| question.negated).collect();
        assert_eq!(negated, [false, true]);
        assert!(text.question.sides().count() > 0, "个人 is a case");
        let passages: Vec<_> = text.passages().collect();
        assert_eq!(
            (passages.len(), passages[0].start, passages[0].end),
            (1, 2, 4)
        );
    }

    #[test]
    fn entries_say_the_same_if_question_and_answer_agree() {
        let read = |question, variant, answer| {
            let (record, _) = written(question, variant, answer);
            EntryText::read(&record).expect("a record").says()
        };
        let one = read("备案要多久", "几天", "二十天");
        assert_eq!(one, read("備案要多久", "多少天", "二十天"));
        assert_ne!(one, read("备案要多久", "几天", "十天"));
        assert_ne!(one, read("备案要多久二", "几天", "十天"));
    }

    #[test]
    fn a_record_cut_short_is_none_and_no_panic() {
        let (record, _) = written("备案要多久", "几天", "二十天。");
        let whole = EntryText::read(&record).expect("a record");
        for length in 0..record.len() {
            let cut = EntryText::read(&record[..length]);
            assert_ne!(cut.as_ref(), Some(&whole), "{length}");
        }
    }

    #[test]
    fn every_atom_knows_its_place_in_the_original() {
        let far = format!("备{}案", "。".repeat(300));
        for text in [
            "二十天。",
            "網域……㍿ ㎏ｉｐ",
            "a\u{200b}b 备\u{fe0f}案",
            "①②③",
            &far,
        ] {
            let (record, normalized) = written("问", "问", text);
            let read = EntryText::read(&record).expect("a record");
            let parts = atoms(normalized.as_str());
            let places: Vec<[usize; 2]> = read.places.iter().collect();
            assert_eq!(places.len(), parts.len(), "{text}");
            for ((_, range), [start, end]) in parts.iter().zip(places) {
                let original = normalized.to_original(range.clone());
                let points = |byte: usize| text[..byte].chars().count();
                let expected = [points(original.start), points(original.end)];
                assert_eq!([start, end], expected, "{text}");
            }
        }
    }
}
