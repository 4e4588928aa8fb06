//! A table as a cluster fills it, the same for the same seed.

use std::collections::VecDeque;
use std::io::{self, Write};

use kinescope::history::{Flag, Revision, Row, Rows};
use kinescope::source::BATCH;

/// Rows that one key of each sort has, more or less: the sorts' shares below follow from it.
const NODE_LEASE_ROWS: u64 = 900;
/// Out of so many updates one is written twice, by two kine processes at once.
const FORKS: u64 = 40_000;
/// Out of so many writes one fails, and kine fills the hole that it leaves.
const GAPS: u64 = 20_000;
/// How long an event lives, in writes of the whole cluster, in thousandths of the table.
const EVENT_LIFE: u64 = 30;

/// A table that is filled, row by row.
///
/// The rows are those that kine writes: leases of nodes, updated for as long as the cluster lives
/// (half of the table), pods that come, change a few times and go, some of them to come again under
/// the same name, events that expire with their TTL, and a few large configmaps' worth of updates.
/// There is no unique index, so now and then two processes write the same update, and the chain
/// forks.
pub(crate) struct Table {
    rows: u64,
    written: u64,
    random: Random,
    nodes: Vec<Object>,
    leases: Vec<Object>,
    configs: Vec<Object>,
    pods: Vec<Object>,
    /// Deleted pods whose names are taken again.
    gone: Vec<Object>,
    events: VecDeque<Object>,
    named: u64,
    /// The sibling that a fork adds.
    pending: Option<Written>,
}

/// An object of the cluster, and where its chain ends.
struct Object {
    name: String,
    lease: i32,
    create: Revision,
    newest: Revision,
}

/// A row of the table.
#[derive(Clone)]
struct Written {
    id: Revision,
    name: String,
    created: bool,
    deleted: bool,
    create: Revision,
    prev: Revision,
    lease: i32,
}

impl Written {
    fn row(&self) -> Row<'_> {
        let flag = |set| if set { Flag::Yes } else { Flag::No };
        Row {
            id: self.id,
            name: Some(self.name.as_bytes()),
            created: flag(self.created),
            deleted: flag(self.deleted),
            create_revision: Some(self.create),
            prev_revision: Some(self.prev),
            lease: Some(self.lease),
        }
    }

    /// A line for LOAD DATA. The value's 100 to 200 bytes follow from the id, and are all that a
    /// value is to a reader that never looks at one.
    fn write(&self, to: &mut impl Write) -> io::Result<()> {
        let Self { id, name, created, deleted, create, prev, lease } = self;
        let [created, deleted] = [*created, *deleted].map(u8::from);
        write!(to, "{id}\t{name}\t{created}\t{deleted}\t{create}\t{prev}\t{lease}\t")?;
        let mut random = Random(*id);
        for _ in 0..random.below(13) + 12 {
            write!(to, "{:08x}", random.next() >> 32)?;
        }
        writeln!(to, "\t\\N")
    }
}

impl Table {
    /// The table of so many rows that the seed says.
    pub(crate) fn new(rows: u64, seed: u64) -> Self {
        let count = |keys: u64| keys.max(1);
        let object = |name| Object { name, lease: 0, create: 0, newest: 0 };
        let nodes = count(rows / 2 / NODE_LEASE_ROWS);
        Self {
            rows,
            written: 0,
            random: Random(seed),
            nodes: (0..nodes).map(|n| object(format!("/registry/minions/node-{n:04}"))).collect(),
            leases: (0..nodes)
                .map(|n| object(format!("/registry/leases/kube-node-lease/node-{n:04}")))
                .collect(),
            configs: (0..count(rows / 200))
                .map(|n| object(format!("/registry/configmaps/team-{:02}/config-{n}", n % 40)))
                .collect(),
            pods: Vec::new(),
            gone: Vec::new(),
            events: VecDeque::new(),
            named: 0,
            pending: None,
        }
    }

    /// All rows, in batches as a source sends them.
    pub(crate) fn batches(mut self) -> Vec<Rows> {
        let mut batches = Vec::new();
        let mut batch = Rows::new();
        while let Some(written) = self.next() {
            batch.push(written.row());
            if batch.len() == BATCH {
                batches.push(std::mem::take(&mut batch));
            }
        }
        batches.push(batch);
        batches
    }

    /// Writes all rows, with values, as LOAD DATA reads them.
    pub(crate) fn write(mut self, to: &mut impl Write) -> io::Result<()> {
        while let Some(written) = self.next() {
            written.write(to)?;
        }
        to.flush()
    }

    fn next(&mut self) -> Option<Written> {
        if self.written == self.rows {
            return None;
        }
        self.written += 1;
        let id = self.written;
        if id == 1 {
            return Some(mark());
        }
        if let Some(sibling) = self.pending.take() {
            return Some(Written { id, ..sibling });
        }
        if self.random.one_in(GAPS) {
            return Some(gap(id));
        }
        Some(self.write_one(id))
    }

    /// What the cluster writes next.
    fn write_one(&mut self, id: Revision) -> Written {
        match self.random.below(1000) {
            0..450 => self.update(id, |table| &mut table.leases),
            450..500 => self.update(id, |table| &mut table.nodes),
            500..560 => self.update(id, |table| &mut table.configs),
            560..790 => self.pod(id),
            _ => self.event(id),
        }
    }

    /// An object that is always there is updated, or created when it was not there yet.
    fn update(&mut self, id: Revision, of: fn(&mut Self) -> &mut Vec<Object>) -> Written {
        let count = of(self).len();
        let at = self.random.place(count);
        let forks = self.random.one_in(FORKS) && id < self.rows;
        let object = &mut of(self)[at];
        let written = object.put(id);
        if forks && written.prev != 0 {
            // The process that comes second has the same row before its own.
            object.newest += 1;
            self.pending = Some(written.clone());
        }
        written
    }

    /// A pod is created, updated, or deleted: about seven rows each.
    fn pod(&mut self, id: Revision) -> Written {
        let live = self.pods.len();
        match self.random.below(7) {
            _ if live < 20 => self.new_pod(id),
            0 => self.new_pod(id),
            1 => {
                let at = self.random.place(live);
                let mut pod = self.pods.swap_remove(at);
                let written = pod.delete(id);
                self.gone.push(pod);
                written
            }
            _ => {
                let at = self.random.place(live);
                self.pods[at].put(id)
            }
        }
    }

    fn new_pod(&mut self, id: Revision) -> Written {
        let again = self.random.one_in(5).then(|| self.gone.pop()).flatten();
        let mut pod = again.unwrap_or_else(|| {
            let hash = self.random.next() >> 44;
            let name =
                format!("/registry/pods/team-{:02}/web-{hash:05x}-{}", hash % 40, self.named);
            self.named += 1;
            Object { name, lease: 0, create: 0, newest: 0 }
        });
        let written = pod.put(id);
        self.pods.push(pod);
        written
    }

    /// An event is recorded, seen again, or expires.
    fn event(&mut self, id: Revision) -> Written {
        let life = self.rows * EVENT_LIFE / 1000;
        if let Some(mut old) = self.events.pop_front_if(|old| old.create + life < id) {
            return old.delete(id);
        }
        let live = self.events.len();
        if live > 0 && self.random.one_in(5) {
            let at = self.random.place(live);
            return self.events[at].put(id);
        }
        let hash = self.random.next();
        let team = hash % 40;
        let name = format!("/registry/events/team-{team:02}/web-{}.{hash:016x}", self.named);
        let mut event = Object { name, lease: 3600, create: 0, newest: 0 };
        let written = event.put(id);
        self.events.push_back(event);
        written
    }
}

impl Object {
    /// A create, when there is no such object, or an update.
    fn put(&mut self, id: Revision) -> Written {
        let created = self.create == 0;
        let written = self.written(id, created, false);
        if created {
            self.create = id;
        }
        written
    }

    fn delete(&mut self, id: Revision) -> Written {
        let written = self.written(id, false, true);
        self.create = 0;
        written
    }

    fn written(&mut self, id: Revision, created: bool, deleted: bool) -> Written {
        let prev = std::mem::replace(&mut self.newest, id);
        let Self { name, lease, create, .. } = self;
        let name = name.clone();
        Written { id, name, created, deleted, create: *create, prev, lease: *lease }
    }
}

/// kine's own row: nothing was compacted yet.
fn mark() -> Written {
    let name = "compact_rev_key".to_owned();
    Written { id: 1, name, created: true, deleted: false, create: 0, prev: 0, lease: 0 }
}

/// What kine writes where an id was lost.
fn gap(id: Revision) -> Written {
    let name = format!("gap-{id}");
    Written { id, name, created: false, deleted: true, create: 0, prev: 0, lease: 0 }
}

/// `SplitMix64`: enough to be the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// A place in a list of that length.
    fn place(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).expect("it is lower than the length")
    }

    fn one_in(&mut self, many: u64) -> bool {
        self.below(many) == 0
    }
}
