//! Units that a flow treats as one: alike ones that are all needed, or a single one.

use rustc_hash::FxHashMap;

use super::system::UnitIx;

/// The group of a leaf that is a domain alone.
pub(super) const NO_UNIT: u32 = 0;

/// All groups of a flow, each once; group 0 is empty.
#[derive(Clone, Debug)]
pub(super) struct Groups {
    units: Vec<UnitIx>,
    groups: Vec<Group>,
    singles: FxHashMap<UnitIx, u32>,
    bundles: FxHashMap<Vec<UnitIx>, u32>,
}

#[derive(Clone, Copy, Debug)]
struct Group {
    start: u32,
    len: u32,
    /// Stands in several places.
    repeated: bool,
    /// Position among the variables, of a group that is one.
    var: Option<u32>,
}

impl Default for Groups {
    fn default() -> Groups {
        let mut groups = Groups {
            units: Vec::new(),
            groups: Vec::new(),
            singles: FxHashMap::default(),
            bundles: FxHashMap::default(),
        };
        groups.add(&[]);
        groups
    }
}

impl Groups {
    pub(super) fn len(&self) -> usize {
        self.groups.len()
    }

    pub(super) fn units(&self, group: u32) -> &[UnitIx] {
        let Group { start, len, .. } = self.groups[group as usize];
        &self.units[start as usize..(start + len) as usize]
    }

    pub(super) fn is_repeated(&self, group: u32) -> bool {
        self.groups[group as usize].repeated
    }

    pub(super) fn var(&self, group: u32) -> Option<u32> {
        self.groups[group as usize].var
    }

    pub(super) fn set_var(&mut self, group: u32, var: u32) {
        self.groups[group as usize].var = Some(var);
    }

    /// The group of a unit by itself.
    pub(super) fn single(&mut self, unit: UnitIx, repeated: bool) -> u32 {
        let group = match self.singles.get(&unit) {
            Some(&known) => known,
            None => {
                let new = self.add(&[unit]);
                self.singles.insert(unit, new);
                new
            }
        };
        self.groups[group as usize].repeated |= repeated;
        group
    }

    /// The group of units that stand nowhere else.
    pub(super) fn bundle(&mut self, units: &[UnitIx]) -> u32 {
        if let [unit] = *units {
            return self.single(unit, false);
        }
        if let Some(&known) = self.bundles.get(units) {
            return known;
        }
        let new = self.add(units);
        self.bundles.insert(units.to_vec(), new);
        new
    }

    fn add(&mut self, units: &[UnitIx]) -> u32 {
        let new =
            Group { start: self.units.len() as u32, len: units.len() as u32, repeated: false, var: None };
        self.units.extend_from_slice(units);
        self.groups.push(new);
        self.groups.len() as u32 - 1
    }
}
