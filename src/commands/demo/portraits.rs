//! Drawn portraits for the demo world, of people who do not exist: two hundred, shared by all.
//!
//! Each is drawn when first needed and stored as an uploaded photograph is. It suits the languages
//! that the name comes from, roughly.

mod bust;
mod ink;
mod kin;
mod shapes;

use std::collections::BTreeMap;

use futures_util::stream::{self, StreamExt, TryStreamExt};

use super::people::AccountantPlan;
use crate::accountants::{DrawnPhoto, Photo};
use crate::blobs::Blobs;
use crate::error::{Error, Result};

/// Pixels of a side: the largest square that is kept.
const SIDE: u16 = 384;
/// Drawn and stored at a time.
const AT_ONCE: usize = 8;

/// Those stored so far, and whose turn is next.
#[derive(Default)]
pub struct Portraits {
    stored: BTreeMap<usize, Photo>,
    turns: BTreeMap<(&'static str, bool), usize>,
}

impl Portraits {
    /// A photograph for each of them but every tenth, who has none.
    pub async fn of(
        &mut self,
        blobs: &Blobs,
        drafts: &[AccountantPlan],
    ) -> Result<Vec<Option<Photo>>> {
        let numbers: Vec<Option<usize>> = drafts.iter().map(|draft| self.number(draft)).collect();
        let mut missing: Vec<usize> =
            numbers.iter().flatten().copied().filter(|n| !self.stored.contains_key(n)).collect();
        missing.sort_unstable();
        missing.dedup();
        let fresh = stream::iter(missing)
            .map(|number| async move { Ok::<_, Error>((number, store(blobs, number).await?)) })
            .buffer_unordered(AT_ONCE);
        self.stored.extend(fresh.try_collect::<Vec<_>>().await?);
        Ok(numbers.iter().map(|n| self.stored.get(&(*n)?).cloned()).collect())
    }

    /// Everybody of the same kin has another face, as far as the faces go.
    fn number(&mut self, draft: &AccountantPlan) -> Option<usize> {
        if !draft.has_photo {
            return None;
        }
        let turn = self.turns.entry((draft.culture, draft.is_woman)).or_default();
        *turn += 1;
        let suiting = kin::suiting(draft.culture, draft.is_woman);
        // where two kins share a language, every third face is of the second
        let range = if turn.is_multiple_of(3) { suiting.last() } else { suiting.first() }?;
        // those of different languages do not all begin with the same face
        let first: usize = draft.culture.bytes().map(usize::from).sum();
        Some(range.start + (first + *turn) % range.len())
    }
}

async fn store(blobs: &Blobs, number: usize) -> Result<Photo> {
    let png = kin::bust(number).and_then(|bust| bust.png(SIDE));
    let png = png.ok_or_else(|| Error::internal("a portrait cannot be drawn"))?;
    match Photo::draw_in_turn(png).await? {
        DrawnPhoto::Squares(squares) => Photo::store(blobs, &squares).await,
        DrawnPhoto::Unusable(words) => Err(Error::internal(words)),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::commands::demo::world;

    #[test]
    fn two_hundred_portraits_differ_from_each_other() {
        let drawn: BTreeSet<Vec<u8>> =
            (0..200).map(|number| kin::bust(number).unwrap().png(96).unwrap()).collect();
        assert_eq!(drawn.len(), 200);
        assert!(kin::bust(200).is_none());
    }

    #[test]
    fn of_ten_thousand_accountants_most_have_a_portrait_that_suits_their_name() {
        let mut portraits = Portraits::default();
        let drafts: Vec<AccountantPlan> =
            (1..10_000).map(|number| AccountantPlan::draw(1, number)).collect();
        let mut shown = BTreeSet::new();
        let mut with_one = 0;
        for draft in &drafts {
            assert!(
                draft.profile.tags.languages.iter().any(|language| language == draft.culture),
                "{} does not speak {}",
                draft.name,
                draft.culture
            );
            let Some(number) = portraits.number(draft) else { continue };
            let suiting = kin::suiting(draft.culture, draft.is_woman);
            assert!(suiting.iter().any(|range| range.contains(&number)), "{}", draft.name);
            with_one += 1;
            shown.insert(number);
        }
        assert!(with_one * 10 > drafts.len() * 8, "{with_one}");
        assert_eq!(shown.len(), 200);
    }

    #[test]
    fn every_language_of_the_world_has_portraits_of_women_and_men() {
        for (language, _) in world::GIVEN {
            for is_woman in [true, false] {
                let ranges = kin::suiting(language, is_woman);
                assert!(ranges.iter().any(|range| !range.is_empty()), "{language}");
                assert!(ranges.iter().all(|range| range.end <= 200));
            }
        }
    }

    #[test]
    fn who_is_listed_as_a_man_is_among_the_given_names() {
        let given: BTreeSet<&str> =
            world::GIVEN.iter().flat_map(|(_, names)| *names).copied().collect();
        let lost: Vec<_> = world::MEN.iter().filter(|name| !given.contains(*name)).collect();
        assert!(lost.is_empty(), "{lost:?}");
    }
}
