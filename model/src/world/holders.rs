//! Who uses which file from their start on, found by file.

use super::names::Paths;
use super::{FileId, HowUsed, ProcessId, World};

/// Who uses which file from their start on: the uses of file n are those between two neighboring starts.
#[derive(Clone, Debug, Default)]
pub(super) struct Holders {
    starts: Vec<usize>,
    holders: Vec<Holder>,
}

/// One process's use of a file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Holder {
    pub(crate) process: ProcessId,
    pub(crate) how: HowUsed,
}

impl Holders {
    pub(super) fn gather(world: &World, identity: impl Fn(&Paths, FileId) -> FileId) -> Holders {
        let mut uses: Vec<(FileId, Holder)> = Vec::new();
        for (id, process) in world.numbered_processes() {
            uses.extend(process.uses.iter().map(|each| {
                let file = identity(&world.paths, world.opened_file(id, each.path));
                (file, Holder { process: id, how: each.how })
            }));
        }
        uses.sort_by_key(|(file, holder)| (*file, holder.process));
        let mut starts = vec![0; world.paths.file_count() + 1];
        for (file, _) in &uses {
            starts[file.index() + 1] += 1;
        }
        for place in 1..starts.len() {
            starts[place] += starts[place - 1];
        }
        Holders { starts, holders: uses.into_iter().map(|(_, holder)| holder).collect() }
    }

    pub(super) fn of(&self, file: FileId) -> &[Holder] {
        let place = file.index();
        match (self.starts.get(place), self.starts.get(place + 1)) {
            (Some(start), Some(end)) => &self.holders[*start..*end],
            _ => &[],
        }
    }
}
