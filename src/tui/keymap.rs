//! Every key and what it does: the one table from which keys are resolved and help is made.

use crossterm::event::{KeyCode, KeyModifiers};

/// What a key can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// One line up.
    Up,
    /// One line down.
    Down,
    /// One page up.
    PageUp,
    /// One page down.
    PageDown,
    /// To the first line.
    Top,
    /// To the last line.
    Bottom,
    /// To the pane on the left; of what fills the table, to the prefix above.
    Left,
    /// To the pane on the right; of what fills the table, into the prefix.
    Right,
    /// To the list.
    FirstPane,
    /// To the chain.
    SecondPane,
    /// To the details.
    ThirdPane,
    /// To the next pane.
    NextPane,
    /// To the pane before.
    PreviousPane,
    /// What Enter means where the cursor is.
    Open,
    /// One page on in a text; elsewhere what Enter means.
    Forward,
    /// Show or hide every folded row of the chain.
    Unfold,
    /// Show the value of the selected revision, or close it.
    Value,
    /// To the row that the selected one points at.
    Predecessor,
    /// To a row that points at the selected one.
    Successor,
    /// Type letters to find something in what is shown.
    Find,
    /// To the next place that was found.
    NextMatch,
    /// To the place before that was found.
    PreviousMatch,
    /// The next order of keys.
    Sort,
    /// The next choice of keys; the keys that a rule found something in.
    Filter,
    /// List what the audit found, or the keys again.
    Audit,
    /// List what fills the table, or the keys again.
    Usage,
    /// List the writes of all keys, or the keys again.
    Log,
    /// Mark a revision, to compare another one with it; of what fills the table, measure the bytes of
    /// values.
    Mark,
    /// From a prefix to the one above.
    Above,
    /// Type a revision or a key to go to, or a command.
    Palette,
    /// Show or hide what compaction would do.
    Preview,
    /// Type the target, or the moment.
    Target,
    /// The target one revision down, or the moment one write back; with neither, as [`Action::Left`].
    TargetDown,
    /// The target one revision up, or the moment one write on; with neither, as [`Action::Right`].
    TargetUp,
    /// The target one batch down, or the moment to the key's write before.
    BatchDown,
    /// The target one batch up, or the moment to the key's next write.
    BatchUp,
    /// The target to the compact revision, or the moment to the oldest write.
    TargetFirst,
    /// The target to the current revision, or the moment to the newest.
    TargetLast,
    /// The target to the next lower one at which a key's state changes.
    TurnDown,
    /// The target to the next higher one at which a key's state changes.
    TurnUp,
    /// Show or hide which batch removes a row.
    Batches,
    /// To the table as of the selected revision.
    AsOf,
    /// As of a revision: play the writes after it.
    Play,
    /// Show the table without the selected row.
    TakeAway,
    /// Undo the last step of the trial.
    Undo,
    /// Do again what was undone.
    Redo,
    /// Compare the value of a marked revision with the selected one; without one, show or hide the chain as
    /// it is and as it will be, side by side.
    Compare,
    /// Choose what to copy.
    Copy,
    /// Open the text of the pane in a pager.
    Pager,
    /// Open a value in an editor.
    Editor,
    /// Open what changed in a value in an external diff.
    Diff,
    /// Take the mouse, or give it to the terminal.
    Mouse,
    /// Read the table again.
    Reload,
    /// Show what is written to the table from now on, or no more.
    Follow,
    /// Show or hide what was sent to the server.
    Statements,
    /// Show or hide what is known of the table as a whole.
    About,
    /// Show or hide this list.
    Help,
    /// One step back: close what is open, go back to where one was, stop reading.
    Back,
    /// Give the pane that has the keyboard the whole screen, or the others their places again.
    Zoom,
    /// To the view that was left last.
    Last,
    /// Leave.
    Quit,
    /// Stop, until the shell goes on.
    Suspend,
    /// Leave at once.
    Interrupt,
}

/// What somebody wants who presses a key: the headings of the help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Moving about.
    Move,
    /// Finding something.
    Find,
    /// Choosing what is listed.
    List,
    /// Reading a chain.
    Chain,
    /// Looking at what compaction does.
    Preview,
    /// Looking at the table as it was.
    Moment,
    /// Looking at the table as it would be.
    Trial,
    /// Taking something along.
    Take,
    /// All else.
    General,
}

impl Group {
    /// All groups, in the order of the help.
    pub const ALL: [Self; 9] = [
        Self::Move,
        Self::Find,
        Self::List,
        Self::Chain,
        Self::Preview,
        Self::Moment,
        Self::Trial,
        Self::Take,
        Self::General,
    ];

    /// The heading.
    pub const fn heading(self) -> &'static str {
        match self {
            Self::Move => "Move, and go back",
            Self::Find => "Find",
            Self::List => "Choose what is listed",
            Self::Chain => "Read a chain",
            Self::Preview => "See what compaction does",
            Self::Moment => "See the table as it was",
            Self::Trial => "See the table as it would be",
            Self::Take => "Take something along",
            Self::General => "The table and the program",
        }
    }
}

/// Keys that do one thing.
#[derive(Debug)]
pub struct Binding {
    /// The keys.
    pub keys: &'static [(KeyCode, KeyModifiers)],
    /// The keys as the help spells them.
    pub label: &'static str,
    /// What they do.
    pub action: Action,
    /// What they do, in words.
    pub help: &'static str,
    /// Where the help lists them.
    pub group: Group,
    /// The keys as the bottom line spells them.
    pub short: &'static str,
}

const NONE: KeyModifiers = KeyModifiers::NONE;
const CTRL: KeyModifiers = KeyModifiers::CONTROL;

const fn char(char: char) -> (KeyCode, KeyModifiers) {
    (KeyCode::Char(char), NONE)
}

const fn ctrl(char: char) -> (KeyCode, KeyModifiers) {
    (KeyCode::Char(char), CTRL)
}

const fn code(code: KeyCode) -> (KeyCode, KeyModifiers) {
    (code, NONE)
}

macro_rules! bindings {
    ($($group:ident: $label:literal $([$($key:expr),+])+ $action:ident $help:literal $(, $short:literal)?;)*) => {
        &[$(Binding {
            keys: &[$($($key),+),+],
            label: $label,
            action: Action::$action,
            help: $help,
            group: Group::$group,
            short: bindings!(@short $label $($short)?),
        }),*]
    };
    (@short $label:literal) => { $label };
    (@short $label:literal $short:literal) => { $short };
}

/// Every binding, in the order of the help.
pub const BINDINGS: &[Binding] = bindings! {
    Move: "↑ k" [code(KeyCode::Up), char('k')] Up "one line up", "↑↓";
    Move: "↓ j" [code(KeyCode::Down), char('j')] Down "one line down", "↑↓";
    Move: "PgUp ^U" [code(KeyCode::PageUp), ctrl('u'), ctrl('b')] PageUp "one page up";
    Move: "PgDn ^D" [code(KeyCode::PageDown), ctrl('d'), ctrl('f')] PageDown "one page down";
    Move: "Home g" [code(KeyCode::Home), char('g')] Top "to the top";
    Move: "End G" [code(KeyCode::End), char('G')] Bottom "to the bottom";
    Move: "Tab" [code(KeyCode::Tab)] NextPane "to the next pane";
    Move: "S-Tab" [code(KeyCode::BackTab)] PreviousPane "to the previous pane";
    Move: "h" [char('h')] Left "a pane left; in usage, to the prefix above";
    Move: "l" [char('l')] Right "a pane right; in usage, into the prefix";
    Move: "1" [char('1')] FirstPane "to the list";
    Move: "2" [char('2')] SecondPane "to the chain";
    Move: "3" [char('3')] ThirdPane "to the details";
    Move: "Enter" [code(KeyCode::Enter)] Open "open: a chain, a value, a fold, a prefix, a \
                                              finding's row";
    Move: "Space" [char(' ')] Forward "a page on in a text; elsewhere as Enter";
    Move: "Esc ^O" [code(KeyCode::Esc), ctrl('o')] Back "close what is open, or go back to where you were", "Esc";
    Move: "-" [char('-')] Last "to the view before this one, and back";
    Move: "Z +" [char('Z'), char('+')] Zoom "give this pane the whole screen, and back", "Z";
    Find: "/" [char('/')] Find "find something in what is shown";
    Find: "n" [char('n')] NextMatch "to the next place that was found";
    Find: "N" [char('N')] PreviousMatch "to the place before that was found";
    Find: ":" [char(':')] Palette "go to a revision or a key, or run any command by its name";
    List: "a" [char('a')] Audit "what the audit found, or the keys again";
    List: "u" [char('u')] Usage "what fills the table, or the keys again";
    List: "L" [char('L')] Log "the log: the writes of all keys, and when they were made";
    List: "f" [char('f')] Filter "keys with findings, those that change; kinds of writes";
    List: "s" [char('s')] Sort "sort by name, rows, trouble; prefixes also by keys, bytes";
    List: "Bksp" [code(KeyCode::Backspace)] Above "in usage: up to the prefix above";
    Chain: "z" [char('z')] Unfold "show every row, or fold plain updates";
    Chain: "V" [char('V')] Value "this revision's value; Tab there: what changed";
    Chain: "m" [char('m')] Mark "mark a revision, for d; in usage, measure bytes of values";
    Chain: "p" [char('p')] Predecessor "to the row that this one points at", "p P";
    Chain: "P" [char('P')] Successor "to a row that points at this one";
    Preview: "c" [char('c')] Preview "show what compaction would do, or hide it";
    Preview: "←" [code(KeyCode::Left)] TargetDown "lower the target by one; as of: the write before; else as h", "←→";
    Preview: "→" [code(KeyCode::Right)] TargetUp "raise the target by one; as of: the next write; else as l";
    Preview: "[" [char('[')] BatchDown "move the target a batch down; as of: the key's write before";
    Preview: "]" [char(']')] BatchUp "move the target a batch up; as of: the key's next write", "[ ]";
    Preview: "{" [char('{')] TargetFirst "move the target to the compact revision; as of: first write";
    Preview: "}" [char('}')] TargetLast "move the target to the current revision; as of: last write";
    Preview: "t" [char('t')] Target "type the target; as of: another revision or time";
    Preview: "(" [char('(')] TurnDown "move the target down to where a key's state changes";
    Preview: ")" [char(')')] TurnUp "move the target up to where a key's state changes", "( )";
    Preview: "b" [char('b')] Batches "say which batch removes a row";
    Preview: "d" [char('d')] Compare "compare: chain before and after; a marked revision and this";
    Moment: "@" [char('@')] AsOf "see the table as of this revision; Esc: the present again";
    Moment: "w" [char('w')] Play "as of: play the writes that follow; any key stops";
    Trial: "x" [char('x')] TakeAway "what if: see the table without this row, or these strays";
    Trial: "U" [char('U')] Undo "undo the last step of the trial";
    Trial: "^R" [ctrl('r')] Redo "do the step again that was undone";
    Take: "y" [char('y')] Copy "copy a key, a row, a chain, the SQL that finds it";
    Take: "o" [char('o')] Pager "open the text of this pane, or the value, in $PAGER";
    Take: "e" [char('e')] Editor "on a value: open it in $EDITOR, to read";
    Take: "D" [char('D')] Diff "on a value: what changed in it, in an external diff";
    General: "M" [char('M')] Mouse "give the mouse to the terminal, or take it again";
    General: "i" [char('i')] About "the verdict, who compacts, and what was read";
    General: "r" [char('r')] Reload "read the table again";
    General: "F" [char('F')] Follow "follow the table: show what is written to it, or stop that";
    General: "S" [char('S')] Statements "the statements that were sent to the server";
    General: "?" [char('?'), code(KeyCode::F(1))] Help "this help; Tab there: the words";
    General: "q" [char('q')] Quit "quit, or first close what is open, compared or filtered";
    General: "^Z" [ctrl('z')] Suspend "suspend kinescope; fg brings it back";
    General: "^C" [ctrl('c')] Interrupt "quit at once";
};

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_key_does_two_things_and_no_action_is_bound_twice() {
        let mut keys = HashSet::new();
        let mut actions = HashSet::new();
        for binding in BINDINGS {
            assert!(actions.insert(binding.action), "{:?} is bound twice", binding.action);
            for key in binding.keys {
                assert!(keys.insert(*key), "{key:?} does two things");
            }
        }
    }
}
