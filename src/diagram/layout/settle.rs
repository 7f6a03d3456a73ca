//! Sets leaves into a placement that was made without them, so that one more of them moves little; where the whole then fits
//! no page, with more room between boxes or rows.

use super::graft::graft;
use super::graph::Graph;
use super::leaves::Leaf;
use super::order::Effort;
use super::{Air, Ordered, Placement, USUAL, place, score};

/// How much more room is given so that the whole fits. A few large steps: one more leaf seldom needs another one.
const AIR: [f64; 3] = [1.4, 2.4, 3.6];

/// The placement with its leaves; `None` where they find no place, or the shape fits no page however much room there is.
pub(super) fn settled(
    graph: &Graph,
    leaves: &[Leaf],
    core: &Ordered,
    effort: Effort,
    shaped: bool,
) -> Option<Placement> {
    let fits = |whole: &Placement| !shaped || score::misfit(whole) <= score::ROOMY;
    let usual = graft(graph, core, leaves)?;
    if fits(&usual) {
        return Some(usual);
    }
    let below = (usual.width > usual.height) != core.tree.turn.sideways;
    let mut roomier = AIR.iter().filter_map(|&more| {
        let air = if below { Air { below: more, ..USUAL } } else { Air { beside: more, ..USUAL } };
        graft(graph, &place(core.clone(), effort, air), leaves)
    });
    roomier.find(fits)
}
