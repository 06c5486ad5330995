//! Finds entries: which groups of rows there are, in which order they follow each other, how many
//! are in each. A page nearly always comes of one question; counts are remembered.

use super::cursor::Cursor;
use super::expression::Expression;
use super::filters::{Filters, Sort};
use super::query::{Badges, MOST_COUNTED, PagePosition, Scope, Value};
use super::ranked_row::RankedRow;
use super::sentence::FilterReading;
use super::tokens::FilterMark;
use super::understood::Understood;
use super::{Card, DirectoryCounts, Options, Stand};
use crate::accountants::places;
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;

/// One page of results.
#[derive(Debug, Default)]
pub struct SearchResults {
    pub cards: Vec<Card>,
    /// How many there are, counted up to [`Search::MOST_COUNTED`]; of a place, those near it.
    pub count: i64,
    /// Of a place: who meets by video or phone elsewhere, and how many these are.
    pub elsewhere: Vec<Card>,
    pub elsewhere_count: i64,
    pub next: Option<Cursor>,
    /// Words that nobody uses, each with the one searched instead.
    pub corrections: Vec<(String, String)>,
    /// Words that were read as filters.
    pub readings: Vec<FilterReading>,
    /// The place, named or read.
    pub place: Option<places::Place>,
    /// Nobody has all words; these have most.
    pub is_most: bool,
    /// Of an order by a value: how many have none.
    pub left_out: i64,
}

/// A search that is ready to run.
pub struct Search<'a> {
    filters: &'a Filters,
    scope: Scope,
}

/// Rows that are listed together.
struct Group {
    expression: Expression,
    count: i64,
    is_near: bool,
}

/// What all rows must hold, how many do, and what of it may stand in their name.
struct Plan {
    all: Expression,
    named: Option<Expression>,
    near: Option<Expression>,
    count: i64,
    elsewhere: i64,
    is_most: bool,
}

impl Plan {
    /// Those near the place, or all where there is none.
    fn here(&self, expression: &Expression) -> Expression {
        let near = self.near.clone().unwrap_or(Expression::All(vec![]));
        expression.clone().and(near)
    }

    /// Who is not near but meets by video or phone.
    fn there(&self, expression: &Expression) -> Option<Expression> {
        let far = ["video", "phone"].map(|mode| Expression::Whole(FilterMark::Mode.token(mode)));
        let far = expression.clone().and(Expression::Any(far.to_vec()));
        self.near.clone().map(|near| far.but(near))
    }
}

impl<'a> Search<'a> {
    pub const PAGE: i64 = 20;
    pub const MOST_COUNTED: i64 = MOST_COUNTED;
    /// Most words of which some are enough.
    const MOST_WEIGHED: usize = 6;

    pub fn new(filters: &'a Filters, stand: Stand, now: Instant) -> Self {
        let ceiling = filters.ceiling();
        let (kind, is_free) = (filters.kind(), !filters.free.is_empty());
        let badges = Badges::read(&filters.credential);
        let is_priced = ceiling.is_some() || filters.sort == Sort::Price;
        let currency = filters.currency;
        let scope = Scope { ceiling, currency, is_priced, kind, badges, is_free, stand, now };
        Self { filters, scope }
    }

    pub fn run(
        &self,
        conn: &mut Conn,
        counts: &DirectoryCounts,
        options: &Options,
    ) -> Result<SearchResults> {
        let understood = Understood::of(conn, counts, self.filters, self.scope)?;
        let place = self.filters.place().or(understood.place());
        let plan = self.plan(conn, counts, &understood, place)?;
        let groups = self.groups(conn, counts, &plan)?;
        let rows = self.rows(conn, &groups)?;
        let page = usize::try_from(Self::PAGE).unwrap_or(20);
        let last = rows.get(page - 1).filter(|_| rows.len() > page);
        let next = last.map(|(group, row)| self.cursor(*group, row));
        let is_near = |group: usize| groups.get(group).is_some_and(|group| group.is_near);
        let shown = rows.iter().take(page);
        let (near, far): (Vec<_>, Vec<_>) = shown.partition(|(group, _)| is_near(*group));
        let cards = |rows: Vec<&(usize, RankedRow)>| -> Vec<Card> {
            rows.into_iter().filter_map(|(_, row)| row.card(self.scope.now)).collect()
        };
        let (mut near, mut far) = (cards(near), cards(far));
        Card::put_badges(conn, near.iter_mut().chain(&mut far), self.scope.now)?;
        Ok(SearchResults {
            cards: near,
            elsewhere: far,
            count: plan.count,
            elsewhere_count: plan.elsewhere,
            next,
            left_out: self.left_out(conn, counts, &plan, options)?,
            is_most: plan.is_most,
            place,
            corrections: understood.corrections,
            readings: understood.readings,
        })
    }

    /// How many there would be, near the place if one is named, without reading any.
    pub fn count(&self, conn: &mut Conn, counts: &DirectoryCounts) -> Result<i64> {
        let understood = Understood::of(conn, counts, self.filters, self.scope)?;
        let place = self.filters.place().or(understood.place());
        Ok(self.plan(conn, counts, &understood, place)?.count)
    }

    fn cursor(&self, group: usize, row: &RankedRow) -> Cursor {
        let value = match self.filters.sort {
            Sort::Best => Some(row.rank),
            Sort::Soonest => row.free_at,
            Sort::Price | Sort::Rating => row.value,
        };
        let before = self.filters.after.map_or(0, |cursor| cursor.shown);
        Cursor {
            group: u8::try_from(group).unwrap_or(0),
            value: value.unwrap_or(0),
            id: row.user_id,
            shown: before + Self::PAGE,
        }
    }

    fn plan(
        &self,
        conn: &mut Conn,
        counts: &DirectoryCounts,
        understood: &Understood,
        place: Option<places::Place>,
    ) -> Result<Plan> {
        let marks = self.filters.expression();
        let words = understood.words.iter().map(|word| word.expression());
        let terms: Vec<Expression> = understood.marks().into_iter().chain(words).collect();
        let all = terms.iter().cloned().fold(marks.clone(), Expression::and);
        let in_name = understood.words.iter().map(|word| word.in_name());
        let marked = understood.marks().into_iter().fold(marks.clone(), Expression::and);
        let named = in_name.fold(marked, Expression::and);
        let mut plan = Plan {
            all,
            named: Some(named).filter(|_| !understood.words.is_empty()),
            near: self.filters.near(place),
            count: 0,
            elsewhere: 0,
            is_most: false,
        };
        self.measure(conn, counts, &mut plan)?;
        if plan.count + plan.elsewhere == 0 && terms.len() > 1 {
            self.take_most(conn, counts, &mut plan, &marks, terms)?;
        }
        Ok(plan)
    }

    fn measure(&self, conn: &mut Conn, counts: &DirectoryCounts, plan: &mut Plan) -> Result<()> {
        plan.count = self.scope.remembered(conn, counts, &plan.here(&plan.all))?;
        if let Some(there) = plan.there(&plan.all) {
            plan.elsewhere = self.scope.remembered(conn, counts, &there)?;
        }
        Ok(())
    }

    /// Nobody has all: those who have one less, or two, and so on. Of many words the rarest count,
    /// which tell most: the choices of some among them grow faster than anybody's patience.
    fn take_most(
        &self,
        conn: &mut Conn,
        counts: &DirectoryCounts,
        plan: &mut Plan,
        marks: &Expression,
        terms: Vec<Expression>,
    ) -> Result<()> {
        let (all, mut held) = (terms.len(), vec![]);
        for term in terms {
            let alone = marks.clone().and(term.clone());
            let count = self.scope.remembered(conn, counts, &alone)?;
            if count > 0 {
                held.push((count, term));
            }
        }
        if held.len() > Self::MOST_WEIGHED {
            held.sort_by_key(|(count, _)| *count);
            held.truncate(Self::MOST_WEIGHED);
        }
        let held: Vec<Expression> = held.into_iter().map(|(_, term)| term).collect();
        for count in (1..=held.len().min(all - 1)).rev() {
            plan.all = marks.clone().and(Expression::at_least(count, &held));
            self.measure(conn, counts, plan)?;
            if plan.count + plan.elsewhere > 0 {
                plan.is_most = true;
                plan.named = None;
                break;
            }
        }
        Ok(())
    }

    /// Names that hold the words come first, then all others; after those near a place, those
    /// elsewhere in the same way.
    fn groups(&self, conn: &mut Conn, counts: &DirectoryCounts, plan: &Plan) -> Result<Vec<Group>> {
        let mut sections = vec![(plan.here(&plan.all), plan.count, true)];
        sections.extend(plan.there(&plan.all).map(|there| (there, plan.elsewhere, false)));
        let mut groups = vec![];
        for (expression, count, is_near) in sections {
            let named = plan.named.as_ref().filter(|_| self.filters.sort == Sort::Best);
            let named = named.and_then(|named| match is_near {
                true => Some(plan.here(named)),
                false => plan.there(named),
            });
            let hits = match &named {
                Some(named) if count > 0 => self.scope.remembered(conn, counts, named)?,
                _ => 0,
            };
            match named.filter(|_| hits > 0) {
                Some(named) => {
                    let others = expression.but(named.clone());
                    groups.push(Group { expression: named, count: hits, is_near });
                    groups.push(Group { expression: others, count, is_near });
                }
                // nobody is called so: all others are all
                None => groups.push(Group { expression, count, is_near }),
            }
        }
        Ok(groups)
    }

    /// A page and one row, from where the last page ended.
    fn rows(&self, conn: &mut Conn, groups: &[Group]) -> Result<Vec<(usize, RankedRow)>> {
        let after = self.filters.after;
        let begun = after.map_or(0, |cursor| usize::from(cursor.group));
        let mut rows: Vec<(usize, RankedRow)> = vec![];
        for (number, group) in groups.iter().enumerate().skip(begun) {
            let left = Self::PAGE + 1 - i64::try_from(rows.len()).unwrap_or(0);
            if left <= 0 || group.count == 0 {
                continue;
            }
            let after = after.filter(|_| number == begun);
            let after = after.map(|cursor| PagePosition { value: cursor.value, id: cursor.id });
            let what = (&group.expression, group.count);
            let found = match self.value() {
                Some(value) => self.scope.by_value(conn, what, value, after, left)?,
                None => {
                    let below = after.map_or(i64::MAX, |after| after.value);
                    self.scope.by_rank(conn, what, below, left)?
                }
            };
            rows.extend(found.into_iter().map(|row| (number, row)));
        }
        Ok(rows)
    }

    fn value(&self) -> Option<Value> {
        match self.filters.sort {
            Sort::Best => None,
            Sort::Soonest => Some(Value::Soonest),
            Sort::Rating => Some(Value::Rating),
            Sort::Price => Some(Value::Price),
        }
    }

    /// How many of those found the chosen order cannot show: they have no such value.
    fn left_out(
        &self,
        conn: &mut Conn,
        counts: &DirectoryCounts,
        plan: &Plan,
        options: &Options,
    ) -> Result<i64> {
        let (mark, value) = match (self.value(), self.scope.kind) {
            (None | Some(Value::Rating), _) => return Ok(0),
            (Some(Value::Soonest), _) => (FilterMark::Free, "any".to_owned()),
            (Some(Value::Price), None) => (FilterMark::Currency, self.scope.currency.to_owned()),
            (Some(Value::Price), Some(kind)) => {
                (FilterMark::KindCurrency, format!("{kind}_{}", self.scope.currency))
            }
        };
        let has = Expression::Whole(mark.token(&value));
        let here = plan.here(&plan.all);
        if here.is_bare() {
            return Ok(options.all() - options.count(mark, &value));
        }
        if plan.count <= MOST_COUNTED {
            return Ok(plan.count - self.scope.remembered(conn, counts, &here.and(has))?);
        }
        self.scope.remembered(conn, counts, &here.but(has))
    }
}
