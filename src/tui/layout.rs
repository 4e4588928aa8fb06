//! Where everything is on the screen, for every size of terminal.

use ratatui::layout::{Constraint, Layout, Rect, Size};

/// A part of the screen that can have the keyboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pane {
    /// The list of keys, or of findings.
    List,
    /// The chain.
    Chain,
    /// The row in words.
    Detail,
}

impl Pane {
    const ALL: [Self; 3] = [Self::List, Self::Chain, Self::Detail];

    /// The pane on the right, the first after the last.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::List => Self::Chain,
            Self::Chain => Self::Detail,
            Self::Detail => Self::List,
        }
    }

    /// The pane on the left, the last before the first.
    #[must_use]
    pub const fn previous(self) -> Self {
        match self {
            Self::List => Self::Detail,
            Self::Chain => Self::List,
            Self::Detail => Self::Chain,
        }
    }
}

/// The smallest terminal that the explorer is drawn on.
pub(super) const SMALLEST: (u16, u16) = (40, 10);
/// From this width on, the list and the chain are side by side.
const TWO_PANES: u16 = 80;
/// From this width on, the details are beside them.
const THREE_PANES: u16 = 110;

/// Where everything is. What has no room has an empty area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Areas {
    /// The line with the table's state.
    pub header: Rect,
    /// What becomes of keys in the end.
    pub(super) verdict: Rect,
    /// What moved last, where nothing is wrong.
    pub(super) newest: Rect,
    /// What a scenario says to look at, or what the source wants known.
    pub(super) watch: Rect,
    /// The panes, in the order of [`Pane`], borders included.
    panes: [Rect; 3],
    /// The preview's target, strip and counts.
    pub(super) preview: Rect,
    /// The line with keys, a notice, or what is being typed.
    pub(super) footer: Rect,
}

/// What there is to show, beside the panes.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own")]
pub(super) struct Wanted {
    /// The pane that has the keyboard.
    pub(super) focus: Pane,
    /// Whether the chain is shown before and after.
    pub(super) compares: bool,
    /// Whether the pane that has the keyboard has the screen, too.
    pub(super) zooms: bool,
    /// Where the line between the list and the chain was dragged to.
    pub(super) divider: Option<u16>,
    /// Whether the list is the log, whose lines are long.
    pub(super) logs: bool,
    /// Whether there is a preview.
    pub(super) preview: bool,
    /// Whether a moment is looked at that is not the present: what is said of that stands in the place of the
    /// verdict.
    pub(super) past: bool,
    /// Whether it must be said that the table is not whole, or not new: that comes first.
    pub(super) is_urgent: bool,
    /// How many lines the verdict has.
    pub(super) verdict: usize,
    /// How many lines there are of what moved last.
    pub(super) newest: usize,
    /// How many lines there are of what to look at.
    pub(super) watch: usize,
}

impl Areas {
    /// The areas of a terminal.
    pub(super) fn of(size: Size, wanted: Wanted) -> Self {
        let screen = Rect::new(0, 0, size.width, size.height);
        let preview = match screen.height {
            _ if !wanted.preview => 0,
            16.. => 3,
            _ => 1,
        };
        let lines = |lines| u16::try_from(lines).unwrap_or(u16::MAX);
        let (verdict, watch) = match screen.height {
            30.. => (3, 3),
            20.. if !wanted.preview => (2, 3),
            16.. => (2, 1),
            _ => (1, u16::from(wanted.is_urgent)),
        };
        let verdict = match screen.height {
            20.. if wanted.past => 5,
            _ if wanted.is_urgent => 1,
            _ => verdict,
        };
        let verdict = verdict.min(lines(wanted.verdict));
        let watch = watch.min(lines(wanted.watch));
        let [header, verdict, newest, watch, body, preview, footer] = Layout::vertical([
            Constraint::Length(1),
            Constraint::Length(verdict),
            Constraint::Length(lines(wanted.newest)),
            Constraint::Length(watch),
            Constraint::Fill(1),
            Constraint::Length(preview),
            Constraint::Length(1),
        ])
        .areas(screen);
        Self { header, verdict, newest, watch, panes: panes(body, wanted), preview, footer }
    }

    /// The area of a pane, borders included; empty when it is not shown.
    pub(super) const fn pane(&self, pane: Pane) -> Rect {
        self.panes[pane as usize]
    }

    /// How many lines of a pane can hold something.
    pub(super) const fn lines(&self, pane: Pane) -> usize {
        self.pane(pane).height.saturating_sub(2) as usize
    }
}

/// Where the panes are. A chain that is compared has what it will be in the place of the details, beside
/// it, and where there is little room, both have all of it.
fn panes(body: Rect, wanted: Wanted) -> [Rect; 3] {
    let Wanted { focus, compares, .. } = wanted;
    let nowhere = Rect::new(body.x, body.y, 0, 0);
    let alone = Pane::ALL.map(|pane| if pane == focus { body } else { nowhere });
    let fits_beside = body.width >= THREE_PANES && !wanted.zooms;
    if compares && (fits_beside || focus != Pane::List) {
        let list =
            if fits_beside { list_width(wanted, body, (body.width * 3 / 8).min(48)) } else { 0 };
        return Layout::horizontal([
            Constraint::Length(list),
            Constraint::Fill(1),
            Constraint::Fill(1),
        ])
        .areas(body);
    }
    if wanted.zooms || compares {
        return alone;
    }
    if body.width >= THREE_PANES {
        // The chain takes what is left: names are long, and so is what becomes of a row.
        let (usual, log) = ((body.width * 3 / 8).min(64), (body.width / 2).min(100));
        return Layout::horizontal([
            Constraint::Length(list_width(wanted, body, if wanted.logs { log } else { usual })),
            Constraint::Fill(1),
            Constraint::Length((body.width / 4).clamp(32, 46)),
        ])
        .areas(body);
    }
    if body.width >= TWO_PANES {
        // The chain has the whole height: it is what needs lines.
        let (usual, log) = (body.width * 2 / 5, body.width * 3 / 5);
        let [left, chain] = Layout::horizontal([
            Constraint::Length(list_width(wanted, body, if wanted.logs { log } else { usual })),
            Constraint::Fill(1),
        ])
        .areas(body);
        let detail = (left.height / 2).max(5);
        let [list, detail] =
            Layout::vertical([Constraint::Fill(1), Constraint::Length(detail)]).areas(left);
        return [list, chain, detail];
    }
    alone
}

/// How wide the list is: as it was dragged to be, as far as the others keep some room.
fn list_width(wanted: Wanted, body: Rect, usual: u16) -> u16 {
    const LEAST: u16 = 20;
    let most = body.width.saturating_sub(if body.width >= THREE_PANES { 70 } else { 30 });
    wanted.divider.map_or(usual, |divider| divider.clamp(LEAST, most.max(LEAST)))
}
