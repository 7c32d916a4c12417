//! Averages, in percent.
//!
//! Within a category: points earned ÷ points possible, over graded, not exempt cells. Over categories: weighted by those
//! that have any such cell. Where no category with a weight has any, over all cells alike.

use std::collections::BTreeMap;

use homeroom_contract::CategoryId;

use crate::domain::{Category, LineItem, Marks};

/// Points earned and points possible.
#[derive(Debug, Clone, Copy, Default)]
struct Points {
    earned: f64,
    possible: f64,
}

impl Points {
    fn add(&mut self, earned: f64, possible: f64) {
        self.earned += earned;
        self.possible += possible;
    }

    fn share(self) -> Option<f64> {
        (self.possible > 0.0).then(|| self.earned / self.possible)
    }
}

/// The average of these cells in percent; none if nothing in them counts. Within 0 and 100 where scores lie within 0 and
/// the line items' maximum.
pub fn average<'a>(
    cells: impl IntoIterator<Item = (&'a LineItem, &'a Marks)>,
    categories: &[Category],
) -> Option<f64> {
    let mut all = Points::default();
    let mut by_category: BTreeMap<&CategoryId, Points> = BTreeMap::new();
    for (item, marks) in cells {
        let Some((earned, possible)) = counted(item, marks) else { continue };
        all.add(earned, possible);
        if let Some(category) = &item.category_id {
            by_category.entry(category).or_default().add(earned, possible);
        }
    }
    weighted(&by_category, categories).or_else(|| all.share()).map(|share| share * 100.0)
}

/// What a cell brings: points earned and points possible.
fn counted(item: &LineItem, marks: &Marks) -> Option<(f64, f64)> {
    let possible = item.result_value_max.filter(|max| *max > 0.0)?;
    Some((marks.points()?, possible))
}

fn weighted(by_category: &BTreeMap<&CategoryId, Points>, categories: &[Category]) -> Option<f64> {
    let shares = categories.iter().filter_map(|category| {
        let weight = category.weight.filter(|weight| *weight > 0.0)?;
        Some((weight, by_category.get(&category.category_id)?.share()?))
    });
    let (sum, weights) =
        shares.fold((0.0, 0.0), |(sum, weights), (weight, share)| (sum + weight * share, weights + weight));
    (weights > 0.0).then(|| sum / weights)
}
