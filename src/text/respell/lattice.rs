//! All words that a text can be read as, and where each would stand.

use crate::text::character::{MappedChar, is_ideograph};
use crate::text::pinyin::{self, Folded, Syllable, readings};
use crate::text::respell::initials::{self, Initial};
use crate::text::respell::noise;
use crate::text::respell::vocabulary::{Cost, MAX_WORD_CHARS, Sounding, Vocabulary};

/// What was typed for one character of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Typed {
    /// Positions among the text's characters.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) what: What,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Character(char),
    Letters(Syllable),
    /// The first letter of its syllable.
    Initial(Initial),
    /// This character, two times.
    Twice(char),
    /// Nothing.
    LeftOut,
}

impl What {
    pub(super) fn is_latin(self) -> bool {
        matches!(self, What::Letters(_) | What::Initial(_))
    }
}

/// A word read from `typed`, one for each of its characters.
#[derive(Debug, Clone)]
pub(super) struct Arc<'v> {
    pub(super) end: usize,
    pub(super) word: &'v str,
    pub(super) typed: Vec<Typed>,
    /// The word's own cost and what is to be believed about it.
    pub(super) cost: Cost,
    /// The latter alone.
    pub(super) noise: Cost,
}

/// Reads words out of `chars`.
pub(super) struct Lattice<'t, 'v> {
    chars: &'t [MappedChar],
    vocabulary: &'v Vocabulary,
    /// For each position where pinyin may stand, where its run of letters ends.
    letters_until: Vec<usize>,
    /// Whether the text is typed in pinyin: without Chinese characters, several words that spell it.
    in_pinyin: bool,
}

impl<'t, 'v> Lattice<'t, 'v> {
    pub(super) fn new(chars: &'t [MappedChar], vocabulary: &'v Vocabulary) -> Lattice<'t, 'v> {
        let mut letters_until = vec![0; chars.len()];
        let (mut start, mut spelled) = (0, 0);
        for run in chars.chunk_by(|a, b| is_latin(a.char) && is_latin(b.char)) {
            let end = start + run.len();
            if run.iter().all(|c| pinyin::letter(c.char).is_some()) {
                letters_until[start..end].fill(end);
                spelled += usize::from(pinyin::is_spelled(&letters(run)));
            }
            start = end;
        }
        Lattice {
            chars,
            vocabulary,
            letters_until,
            in_pinyin: spelled > 1 && !chars.iter().any(|c| is_ideograph(c.char)),
        }
    }

    /// Whether the text is typed in pinyin.
    pub(super) fn in_pinyin(&self) -> bool {
        self.in_pinyin
    }

    /// Whether `typed` is all of its run of letters, in a text that is not typed in pinyin.
    fn is_lone(&self, typed: &Typed) -> bool {
        !self.in_pinyin
            && self.letters_until(typed.start) == Some(typed.end)
            && (typed.start == 0 || !is_latin(self.chars[typed.start - 1].char))
    }

    /// Where the run of letters ends in which `at` stands, if it may be pinyin.
    pub(super) fn letters_until(&self, at: usize) -> Option<usize> {
        self.letters_until.get(at).copied().filter(|&end| end > 0)
    }

    /// The cheapest word from `start` to each place where one can end.
    pub(super) fn arcs(&self, start: usize) -> Vec<Arc<'v>> {
        let mut walk = Walk {
            lattice: self,
            typed: Vec::with_capacity(MAX_WORD_CHARS),
            across: 0,
            unfinished: None,
            found: Vec::new(),
        };
        walk.go(start, self.vocabulary.all_rows());
        walk.found
    }

    /// The words from `start` whose last typed syllable ends the text and need not be whole, each with
    /// what was typed of it.
    pub(super) fn unfinished(&self, start: usize) -> Vec<Arc<'v>> {
        let mut walk = Walk {
            lattice: self,
            typed: Vec::with_capacity(MAX_WORD_CHARS),
            across: 0,
            unfinished: Some(Vec::new()),
            found: Vec::new(),
        };
        walk.go(start, self.vocabulary.all_rows());
        walk.unfinished.unwrap_or_default()
    }

    /// Behind letters: an apostrophe within pinyin, or a space with more to read behind it.
    fn over_gap(&self, at: usize) -> Option<(usize, bool)> {
        let gap = self.chars.get(at)?.char;
        let next = self.chars.get(at + 1)?.char;
        match gap {
            '\'' | '’' => self.letters_until(at + 1).map(|_| (at + 1, false)),
            ' ' if self.letters_until(at + 1).is_some() || is_ideograph(next) => {
                Some((at + 1, true))
            }
            _ => None,
        }
    }
}

/// The letters of `run` as pinyin is looked up.
pub(super) fn letters(run: &[MappedChar]) -> Vec<u8> {
    let letter = |c: &MappedChar| pinyin::letter(c.char).unwrap_or_default();
    run.iter().map(letter).collect()
}

/// Letters and digits, which make words together.
pub(super) fn is_latin(c: char) -> bool {
    c.is_alphanumeric() && !is_ideograph(c)
}

struct Walk<'l, 't, 'v> {
    lattice: &'l Lattice<'t, 'v>,
    typed: Vec<Typed>,
    /// Spaces within the word.
    across: Cost,
    /// Words that only begin with what was typed, if these are wanted.
    unfinished: Option<Vec<Arc<'v>>>,
    found: Vec<Arc<'v>>,
}

impl Walk<'_, '_, '_> {
    fn go(&mut self, at: usize, rows: std::ops::Range<usize>) {
        let depth = self.typed.len();
        if depth > 0 {
            self.collect(at, rows.clone());
        }
        if depth == MAX_WORD_CHARS {
            return;
        }
        if depth > 0
            && matches!(self.typed[depth - 1].what, What::Letters(_))
            && let Some((behind, space)) = self.lattice.over_gap(at)
        {
            self.across += Cost::from(space);
            self.step(behind, rows);
            self.across -= Cost::from(space);
        } else {
            self.step(at, rows);
        }
    }

    /// Reads one more syllable.
    fn step(&mut self, at: usize, rows: std::ops::Range<usize>) {
        let Some(c) = self.lattice.chars.get(at) else {
            return;
        };
        if is_ideograph(c.char) {
            let what = What::Character(c.char);
            for sound in sounds_of(c.char) {
                self.descend(at, at + 1, what, sound, &rows);
            }
        } else if let Some(until) = self.lattice.letters_until(at) {
            if self.unfinished.is_some() && until == self.lattice.chars.len() {
                self.collect_unfinished(at, rows.clone());
            }
            let mut letters = [0; pinyin::MAX_LETTERS];
            let length = (until - at).min(letters.len());
            for (slot, c) in letters.iter_mut().zip(&self.lattice.chars[at..at + length]) {
                *slot = pinyin::letter(c.char).unwrap_or_default();
            }
            for (length, syllable) in pinyin::beginning(&letters[..length]) {
                let what = What::Letters(syllable);
                self.descend(at, at + length, what, syllable.folded(), &rows);
            }
            // nar is 哪儿.
            if self.typed.last().is_some_and(|before| before.end == at)
                && letters[0] == b'r'
                && let Some(er) = Syllable::parse("er")
            {
                self.descend(at, at + 1, What::Letters(er), er.folded(), &rows);
            }
        }
    }

    fn descend(
        &mut self,
        start: usize,
        end: usize,
        what: What,
        sound: Folded,
        rows: &std::ops::Range<usize>,
    ) {
        let depth = self.typed.len();
        let narrowed = self.lattice.vocabulary.narrow(rows.clone(), depth, sound);
        if !narrowed.is_empty() {
            self.typed.push(Typed { start, end, what });
            self.go(end, narrowed);
            self.typed.pop();
        }
    }

    /// Keeps the words whose next syllable begins with all letters from `at` on.
    fn collect_unfinished(&mut self, at: usize, rows: std::ops::Range<usize>) {
        let beginning = letters(&self.lattice.chars[at..]);
        if beginning.len() > pinyin::MAX_LETTERS {
            return;
        }
        let depth = self.typed.len();
        let Some(unfinished) = &mut self.unfinished else {
            return;
        };
        let vocabulary = self.lattice.vocabulary;
        let going_on: Vec<Sounding> = if depth == 0 {
            // A quick way to those that begin with the letter; single characters complete nothing.
            let first = initials::cuts(&beginning[..1]).swap_remove(0);
            vocabulary.abbreviated_from(&first).collect()
        } else {
            vocabulary.all_of(rows).collect()
        };
        for sounding in going_on {
            let next = sounding.syllables.get(depth);
            if !next.is_some_and(|next| next.as_str().as_bytes().starts_with(&beginning)) {
                continue;
            }
            let pairs = self.typed.iter().zip(sounding.word.chars());
            let exact =
                pairs
                    .zip(sounding.syllables)
                    .all(|((typed, meant), &syllable)| match typed.what {
                        What::Character(c) => c == meant,
                        What::Letters(typed) => typed == syllable,
                        _ => false,
                    });
            if exact {
                let noise = noise::PINYIN_WORD + self.across * noise::ACROSS_SPACE;
                let mut typed = self.typed.clone();
                typed.push(Typed {
                    start: at,
                    end: self.lattice.chars.len(),
                    what: What::Letters(sounding.syllables[depth]),
                });
                unfinished.push(Arc {
                    end: self.lattice.chars.len(),
                    word: sounding.word,
                    typed,
                    cost: sounding.cost + noise,
                    noise,
                });
            }
        }
    }

    /// Keeps the cheapest of the words that end here.
    fn collect(&mut self, end: usize, rows: std::ops::Range<usize>) {
        let known = self.found.iter().position(|arc| arc.end == end);
        let mut best = known.map_or(Cost::MAX, |at| self.found[at].cost);
        let mut better: Option<Arc> = None;
        for sounding in self.lattice.vocabulary.ending(rows, self.typed.len()) {
            if sounding.cost >= best {
                break;
            }
            let Some(noise) = self.noise(sounding.word, sounding.syllables) else {
                continue;
            };
            if sounding.cost + noise < best {
                best = sounding.cost + noise;
                better = Some(Arc {
                    end,
                    word: sounding.word,
                    typed: self.typed.clone(),
                    cost: best,
                    noise,
                });
            }
        }
        match (better, known) {
            (Some(arc), Some(at)) => self.found[at] = arc,
            (Some(arc), None) => self.found.push(arc),
            (None, _) => {}
        }
    }

    /// What it costs that `word` was meant by what was typed.
    fn noise(&self, word: &str, syllables: &[Syllable]) -> Option<Cost> {
        let mut noise = self.across * noise::ACROSS_SPACE;
        let (mut changed, mut kept) = (0, 0);
        let mut letters = false;
        for ((typed, meant), &syllable) in self.typed.iter().zip(word.chars()).zip(syllables) {
            match typed.what {
                What::Character(c) => {
                    let cost = noise::character(c, meant, syllable)?;
                    changed += Cost::from(cost > 0);
                    kept += Cost::from(cost == 0);
                    noise += cost;
                }
                What::Letters(typed) => {
                    letters = true;
                    noise += noise::letters(typed, syllable)?;
                }
                What::Initial(_) | What::Twice(_) | What::LeftOut => return None,
            }
        }
        if letters {
            noise += noise::PINYIN_WORD;
            if let [only] = self.typed.as_slice()
                && self.lattice.is_lone(only)
            {
                noise += noise::LONE_SYLLABLE;
            }
        }
        if changed > 0
            && !letters
            && let Some(slip) = self.slip(word)
        {
            return Some(slip);
        }
        if changed > 0 {
            // A single character has too many that sound like it.
            if syllables.len() == 1 {
                return None;
            }
            if kept == 0 && !letters {
                noise += noise::NOTHING_KEPT;
            }
            if syllables.len() == 2 {
                noise += noise::SHORT_WORD;
            }
        }
        Some(noise)
    }

    fn slip(&self, word: &str) -> Option<Cost> {
        let typed: String = self
            .typed
            .iter()
            .filter_map(|typed| match typed.what {
                What::Character(c) => Some(c),
                _ => None,
            })
            .collect();
        noise::slip(&typed, word)
    }
}

/// How `c`, or a character that looks like it, can sound; each once.
fn sounds_of(c: char) -> Vec<Folded> {
    let mut sounds: Vec<Folded> = Vec::with_capacity(4);
    for c in std::iter::once(c).chain(noise::lookalikes(c).iter().copied()) {
        for syllable in readings(c).iter() {
            if !sounds.contains(&syllable.folded()) {
                sounds.push(syllable.folded());
            }
        }
    }
    sounds
}
