//! Finds the level at which a file's questions stand, and so which headings are questions.
//!
//! Most FAQ put every question on one level; what is deeper belongs to its answer, what is above groups
//! questions. The level is read off all headings of a file together, so that a heading without a text of
//! its own, or one that asks by chance, is taken for what its siblings are.

use super::heading::Heading;
use super::question;

/// Which of a file's headings are questions.
#[derive(Debug)]
pub(super) struct Questions<'a> {
    headings: &'a [Heading],
    tallies: [Tally; 8],
    level: Option<u8>,
    /// The level is the author's own word.
    told: bool,
    /// There is no doubt that questions stand at the level.
    clear: bool,
}

/// The headings of one level.
#[derive(Debug, Default, Clone, Copy)]
struct Tally {
    all: usize,
    asking: usize,
    /// Those above other headings, without a question and its answer of their own.
    titles: usize,
    /// How much speaks for this level as that of the questions.
    votes: usize,
}

/// What a heading that asks counts for when levels are compared.
const ASKS: usize = 3;

impl<'a> Questions<'a> {
    /// Judges `headings`; `told` is the author's own word on the level.
    pub(super) fn among(headings: &'a [Heading], told: Option<u8>) -> Self {
        let mut questions = Questions {
            headings,
            tallies: [Tally::default(); 8],
            level: told,
            told: told.is_some(),
            clear: true,
        };
        if told.is_none() {
            questions.count();
            questions.vote();
            questions.find_level();
        }
        questions
    }

    /// Whether the heading is a question whose answer holds all headings below it.
    pub(super) fn owns_what_is_below(&self, index: usize) -> bool {
        let heading = &self.headings[index];
        let above = self.level.filter(|&level| heading.level < level);
        if self.told {
            return above.is_none();
        }
        let below = &self.headings[index + 1..heading.end];
        if below.is_empty() || self.explains(index) {
            return true;
        }
        match (heading.asks, above) {
            (true, None) => true,
            (false, None) => {
                let (asking, all) = asking(self.children(index));
                self.clear && asking * 2 < all
            }
            (false, Some(_)) => false,
            // A title such as “有哪些常见问题？” or “能寄什么” is no question.
            (true, Some(level)) => {
                let (asking, all) = asking(below.iter().filter(|h| h.level <= level));
                let title = !heading.holds_text && asking > 0 && self.stands_among_titles(heading);
                asking * 2 < all.max(1) && !title
            }
        }
    }

    fn count(&mut self) {
        for (index, heading) in self.headings.iter().enumerate() {
            let tally = &mut self.tallies[slot(heading)];
            tally.all += 1;
            tally.asking += usize::from(heading.asks);
            tally.titles += usize::from(heading.is_title(index));
        }
    }

    /// A heading that asks counts for more than one that is merely followed by text and by nothing
    /// deeper; what is below a question has no say unless it asks.
    fn vote(&mut self) {
        let mut owned = 0;
        for (index, heading) in self.headings.iter().enumerate() {
            let explains = self.explains(index);
            let answered = explains || (heading.end == index + 1 && heading.holds_text);
            self.tallies[slot(heading)].votes += if heading.asks {
                ASKS
            } else {
                usize::from(answered && index >= owned)
            };
            if heading.asks || explains {
                owned = owned.max(heading.end);
            }
        }
    }

    /// The level that most speaks for; of several, the highest.
    fn find_level(&mut self) {
        let mut best = 0;
        for (level, tally) in self.tallies.iter().enumerate() {
            if tally.votes > self.tallies[best].votes {
                best = level;
            }
        }
        let Tally {
            all, asking, votes, ..
        } = self.tallies[best];
        let deeper: usize = self.tallies[best + 1..].iter().map(|t| t.votes).sum();
        self.level = u8::try_from(best).ok().filter(|_| votes > 0);
        self.clear = (asking > 1 && asking * 2 >= all) || votes > deeper * 2;
    }

    /// Whether what is below the heading is the cause and the remedy: “报错 1205” above “原因” and
    /// “解决办法” is what is asked. One of two is enough, unless it is the title of the whole file.
    fn explains(&self, index: usize) -> bool {
        let heading = &self.headings[index];
        let (mut all, mut parts, mut remedies) = (0usize, 0usize, 0usize);
        for child in self.children(index) {
            let part = question::names_a_part(&child.text);
            all += 1;
            parts += usize::from(part);
            remedies += usize::from(part && question::names_a_remedy(&child.text));
        }
        if parts == all {
            return all > 0;
        }
        let below = &self.headings[index + 1..heading.end];
        parts * 2 >= all
            && remedies > 0
            && self.tallies[slot(heading)].all > 1
            && !below.iter().any(|h| h.asks)
    }

    /// Whether most other headings of its level are titles.
    fn stands_among_titles(&self, heading: &Heading) -> bool {
        let Tally { all, titles, .. } = self.tallies[slot(heading)];
        titles.saturating_sub(1) * 2 > all.saturating_sub(1)
    }

    /// The headings directly below one.
    fn children(&self, index: usize) -> impl Iterator<Item = &'a Heading> + use<'a> {
        let below = &self.headings[..self.headings[index].end];
        let mut at = index + 1;
        std::iter::from_fn(move || {
            let child = below.get(at)?;
            at = child.end;
            Some(child)
        })
    }
}

impl Heading {
    /// Whether it stands above others without being a question with a text of its own; `index` is where
    /// it stands.
    fn is_title(&self, index: usize) -> bool {
        self.end > index + 1 && !(self.asks && self.holds_text)
    }
}

fn slot(heading: &Heading) -> usize {
    usize::from(heading.level.min(7))
}

/// How many of `headings` ask, and how many there are.
fn asking<'h>(headings: impl Iterator<Item = &'h Heading>) -> (usize, usize) {
    headings.fold((0, 0), |(asking, all), heading| {
        (asking + usize::from(heading.asks), all + 1)
    })
}
