//! What the consistency rules ask of a store: its data, the flows that use it, whether writers may clash in it. It must not
//! know a finding.

use super::RuleContext;
use super::terms::has_several_writers;
use crate::analysis::consistency::regions::copies;
use crate::model::attributes::words::{Mode, Replication};
use crate::model::{AttrId, Attributes, ComponentId, DataId};

/// The data in a store: what it `stores`, and what connections to it name in `reads` and `writes`.
pub(super) fn data_of(ctx: &RuleContext<'_>, id: ComponentId) -> Vec<DataId> {
    let mut data = ctx.model.components[id].attrs.data(AttrId::STORES);
    for connection in ctx.incoming(id) {
        let own = std::iter::once(&ctx.model.connections[*connection].attrs);
        let calls = ctx.calls_of(*connection).iter().map(|at| &ctx.call(*at).attrs);
        for attrs in own.chain(calls) {
            data.extend(attrs.data(AttrId::READS));
            data.extend(attrs.data(AttrId::WRITES));
        }
    }
    data.sort_unstable();
    data.dedup();
    data
}

/// Data by name: `a`, `b`.
pub(super) fn data_names(ctx: &RuleContext<'_>, data: &[DataId]) -> String {
    let names: Vec<String> = data.iter().map(|id| format!("`{}`", ctx.model.data[*id].header.path)).collect();
    names.join(", ")
}

/// How writers of a store may clash.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Clash {
    /// No two of them may.
    Never,
    /// Several replicas accept writes and none waits for the others.
    Unmerged(Mode, Replication),
    /// Any replica accepts writes, and two sets of W of the N copies need not meet.
    Disjoint {
        /// W
        write: u64,
        /// N
        copies: u64,
    },
    /// `mode` is absent.
    WithoutMode,
    /// How writes are acknowledged is absent: this attribute would settle it.
    Without(AttrId),
}

/// Whether two replicas of a store may accept different writes of one record at once.
pub(super) fn clash(ctx: &RuleContext<'_>, id: ComponentId) -> Clash {
    let component = &ctx.model.components[id];
    let attrs = &component.attrs;
    let Some(mode) = attrs.word::<Mode>(AttrId::MODE) else { return Clash::WithoutMode };
    if has_several_writers(component) != Some(true) {
        return Clash::Never;
    }
    let replication = attrs.word::<Replication>(AttrId::REPLICATION);
    let copies = copies(ctx.model, id);
    if copies < 2 {
        return Clash::Never;
    }
    let disjoint = |write: u64| match write.saturating_mul(2) <= copies {
        true => Clash::Disjoint { write, copies },
        false => Clash::Never,
    };
    let write = attrs.count(AttrId::WRITE_QUORUM);
    match (mode, replication, write) {
        (Mode::Leaderless, _, Some(write)) => disjoint(write),
        (_, Some(Replication::Sync | Replication::Quorum), _) => Clash::Never,
        // one acknowledgement, or two, and the rest follows
        (Mode::Leaderless, Some(Replication::Async), None) => disjoint(1),
        (Mode::Leaderless, Some(Replication::SemiSync), None) => disjoint(2),
        (Mode::Leaderless, None, None) => Clash::Without(AttrId::WRITE_QUORUM),
        (_, Some(replication), _) => Clash::Unmerged(mode, replication),
        (_, None, Some(write)) => disjoint(write),
        (_, None, None) => Clash::Without(AttrId::REPLICATION),
    }
}

/// Whether a finding of CS006 stands on a store: it does not where that rule is switched off.
pub(super) fn clash_stands(ctx: &RuleContext<'_>, id: ComponentId) -> bool {
    !ctx.config.is_off("CS006") && clash_is_told(ctx, id)
}

/// Whether CS006 has something to tell of a store.
pub(super) fn clash_is_told(ctx: &RuleContext<'_>, id: ComponentId) -> bool {
    use crate::model::attributes::words::Conflict;
    let attrs = &ctx.model.components[id].attrs;
    let data = data_of(ctx, id);
    let clashes = matches!(clash(ctx, id), Clash::Unmerged(..) | Clash::Disjoint { .. });
    let unmerged = match attrs.word::<Conflict>(AttrId::CONFLICT) {
        None | Some(Conflict::None) => true,
        Some(Conflict::Lww) => loses_what_matters(ctx, &data),
        Some(Conflict::Crdt | Conflict::App) => false,
    };
    clashes && unmerged && !is_immutable(ctx, &data)
}

/// Whether some of the data, or data of which nothing is known, must not be lost.
pub(super) fn loses_what_matters(ctx: &RuleContext<'_>, data: &[DataId]) -> bool {
    data.is_empty() || data.iter().any(|id| !is_true(ctx, *id, AttrId::LOSS_OK))
}

/// Whether there is data and none of it ever changes.
pub(super) fn is_immutable(ctx: &RuleContext<'_>, data: &[DataId]) -> bool {
    !data.is_empty() && data.iter().all(|id| is_true(ctx, *id, AttrId::IMMUTABLE))
}

fn is_true(ctx: &RuleContext<'_>, id: DataId, attribute: AttrId) -> bool {
    ctx.model.data[id].attrs.is_true(attribute)
}

/// Those of some attributes that a component has.
pub(super) fn present(attrs: &Attributes, wanted: &[AttrId]) -> Vec<AttrId> {
    wanted.iter().copied().filter(|id| attrs.has(*id)).collect()
}
