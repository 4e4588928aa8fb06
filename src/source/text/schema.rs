//! What a dump says of the table apart from its rows: columns and indexes.

use super::sql::scan::Token;
use crate::history::{
    Collation, Column, Database, Dialect, Index, IndexPart, Product, Profile, Server,
};

/// A piece of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) token: Token,
    pub(super) text: String,
}

impl Piece {
    /// Whether it is that word of SQL.
    pub(super) fn is(&self, word: &str) -> bool {
        self.token == Token::Word && self.text.eq_ignore_ascii_case(word)
    }

    fn is_sign(&self, sign: u8) -> bool {
        self.token == Token::Sign(sign)
    }

    fn is_name(&self) -> bool {
        matches!(self.token, Token::Word | Token::Quoted)
    }
}

/// What is known of the table.
#[derive(Debug, Clone, Default)]
pub(super) struct Schema {
    pub(super) dialect: Option<Dialect>,
    pub(super) server: Option<Server>,
    engine: Option<String>,
    pub(super) columns: Vec<Column>,
    indexes: Vec<Index>,
    /// Whether the text lists the indexes.
    tells_indexes: bool,
    /// Whether SQLite gives no revision out twice.
    counts_on: bool,
    /// Whether all of the text was read: an index may come after the rows.
    pub(super) is_whole: bool,
}

/// Pieces of a statement, from one on.
#[derive(Clone, Copy)]
struct Rest<'p>(&'p [Piece]);

impl<'p> Rest<'p> {
    fn first(self) -> Option<&'p Piece> {
        self.0.first()
    }

    fn next(&mut self) -> Option<&'p Piece> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(first)
    }

    /// Goes beyond a word, if that comes.
    fn skip(&mut self, word: &str) -> bool {
        let is_there = self.first().is_some_and(|piece| piece.is(word));
        if is_there {
            self.0 = &self.0[1..];
        }
        is_there
    }

    /// Goes beyond these words, if all of them come.
    fn skip_all(&mut self, words: &[&str]) -> bool {
        let are_there = words.len() <= self.0.len()
            && words.iter().zip(self.0).all(|(word, piece)| piece.is(word));
        if are_there {
            self.0 = &self.0[words.len()..];
        }
        are_there
    }

    /// The last part of a name that may have several: `public.kine`.
    fn name(&mut self) -> Option<String> {
        let mut name = self.next().filter(|piece| piece.is_name())?;
        while self.first().is_some_and(|piece| piece.is_sign(b'.')) {
            self.0 = &self.0[1..];
            name = self.next().filter(|piece| piece.is_name())?;
        }
        Some(name.text.to_lowercase())
    }

    /// What is between parentheses, if those come next, split at its commas.
    fn list(&mut self) -> Option<Vec<Self>> {
        self.first().filter(|piece| piece.is_sign(b'('))?;
        let (mut depth, mut start, mut parts) = (0_u32, 1, Vec::new());
        for (at, piece) in self.0.iter().enumerate() {
            match piece.token {
                Token::Sign(b'(') => depth += 1,
                Token::Sign(b',') if depth == 1 => {
                    parts.push(Self(&self.0[start..at]));
                    start = at + 1;
                }
                Token::Sign(b')') => {
                    depth -= 1;
                    if depth == 0 {
                        parts.push(Self(&self.0[start..at]));
                        self.0 = &self.0[at + 1..];
                        return Some(parts);
                    }
                }
                _ => {}
            }
        }
        None
    }
}

impl Schema {
    /// What is known before the first statement.
    pub(super) fn new(dialect: Option<Dialect>) -> Self {
        Self { dialect, ..Self::default() }
    }

    /// Whether anything is known of the table.
    pub(super) const fn is_known(&self) -> bool {
        !self.columns.is_empty() || self.tells_indexes
    }

    /// From here on the text lists the indexes.
    pub(super) const fn begin_indexes(&mut self) {
        self.tells_indexes = true;
    }

    /// Takes a column of an index, in their order.
    pub(super) fn add_part(&mut self, name: &str, unique: bool, column: &str, prefix: Option<u64>) {
        let part = IndexPart { column: column.to_lowercase(), prefix };
        if let Some(index) = self.indexes.iter_mut().find(|index| index.name == name) {
            index.columns.push(part);
            return;
        }
        let index = Index { name: name.to_owned(), unique, columns: vec![part], flaw: None };
        self.indexes.push(index);
    }

    /// Takes a column as a server describes it.
    pub(super) fn describe(
        &mut self,
        name: &str,
        kind: &str,
        nullable: bool,
        default: Option<String>,
        extra: &str,
    ) {
        let (kind, extra) = (kind.to_lowercase(), extra.to_lowercase());
        let column =
            Column { nullable, default, extra, ..Column::new(&name.to_lowercase(), &kind) };
        self.columns.retain(|known| known.name != column.name);
        self.columns.push(column);
    }

    /// Takes a statement, if it is about a table of that name.
    pub(super) fn take(&mut self, statement: &[Piece], is_kine: impl Fn(&str) -> bool) {
        let mut rest = Rest(statement);
        if rest.skip("create") {
            let is_unique = rest.skip("unique");
            if rest.skip("index") {
                self.index(rest, is_unique, is_kine);
            } else if !is_unique {
                self.table(rest, is_kine);
            }
        } else if rest.skip("alter") {
            self.alter(rest, is_kine);
        }
    }

    fn index(&mut self, mut rest: Rest<'_>, is_unique: bool, is_kine: impl Fn(&str) -> bool) {
        rest.skip("concurrently");
        rest.skip_all(&["if", "not", "exists"]);
        let name = if rest.skip("on") { Some(String::new()) } else { rest.name() };
        rest.skip("on");
        rest.skip("only");
        if !rest.name().is_some_and(|table| is_kine(&table)) {
            return;
        }
        if rest.skip("using") {
            rest.next();
        }
        let Some((name, parts)) = name.zip(rest.list()) else { return };
        // One with a condition leaves rows out, and so forbids nothing.
        let is_partial = rest.0.iter().any(|piece| piece.is("where"));
        self.add(name, is_unique && !is_partial, &parts);
    }

    fn add(&mut self, name: String, unique: bool, parts: &[Rest<'_>]) {
        let columns = parts.iter().map(|part| index_part(*part)).collect();
        self.indexes.retain(|index| index.name != name || name.is_empty());
        self.indexes.push(Index { name, unique, columns, flaw: None });
    }

    fn table(&mut self, mut rest: Rest<'_>, is_kine: impl Fn(&str) -> bool) {
        let kinds = ["temporary", "temp", "unlogged"];
        while kinds.iter().any(|kind| rest.skip(kind)) {}
        if !rest.skip("table") {
            return;
        }
        rest.skip_all(&["if", "not", "exists"]);
        if !rest.name().is_some_and(|table| is_kine(&table)) {
            return;
        }
        let Some(items) = rest.list() else { return };
        let dialect = self.dialect;
        *self = Self { server: self.server.take(), tells_indexes: true, ..Self::new(dialect) };
        for item in items {
            if !self.constraint(item) {
                self.column(item);
            }
        }
        self.options(rest);
    }

    /// Takes what is no column: a key.
    fn constraint(&mut self, mut rest: Rest<'_>) -> bool {
        let mut name = if rest.skip("constraint") { rest.name() } else { None };
        if rest.skip_all(&["primary", "key"]) {
            if self.dialect != Some(Dialect::Postgres) || name.is_none() {
                name = Some("PRIMARY".to_owned());
            }
            self.key(rest, name, true);
        } else if rest.skip("unique") {
            let _ = rest.skip("key") || rest.skip("index");
            self.key(rest, name, true);
        } else if rest.skip("key") || rest.skip("index") {
            self.key(rest, name, false);
        } else {
            let others = ["foreign", "check", "exclude", "fulltext", "spatial", "like", "period"];
            return name.is_some() || others.iter().any(|other| rest.skip(other));
        }
        true
    }

    fn key(&mut self, mut rest: Rest<'_>, name: Option<String>, unique: bool) {
        let known = name;
        let written = rest.first().filter(|piece| piece.is_name() && !piece.is("using"));
        let name = match written {
            Some(_) => rest.name(),
            None => None,
        };
        if rest.skip("using") {
            rest.next();
        }
        if let Some(parts) = rest.list() {
            let name = if known.as_deref() == Some("PRIMARY") { known } else { name.or(known) };
            self.add(name.unwrap_or_default(), unique, &parts);
        }
    }

    fn column(&mut self, mut rest: Rest<'_>) {
        let Some(name) = rest.next().filter(|piece| piece.is_name()) else { return };
        let name = name.text.to_lowercase();
        let mut column = Column::new(&name, &full_type(&mut rest));
        while let Some(piece) = rest.next() {
            let word = piece.text.to_ascii_lowercase();
            match word.as_str() {
                _ if piece.token != Token::Word => {}
                "character" => {
                    rest.skip("set");
                    column.character_set = rest.name();
                }
                "charset" => column.character_set = rest.name(),
                "collate" => column.collation = rest.name(),
                "not" if rest.skip("null") => column.nullable = false,
                "default" => column.default = rest.next().map(|piece| piece.text.clone()),
                "auto_increment" => column.extra = word,
                "autoincrement" => self.counts_on = true,
                "generated" => {
                    let stored = rest.0.iter().any(|piece| piece.is("stored"));
                    let how = if stored { "stored" } else { "virtual" };
                    column.extra = format!("{how} generated");
                }
                "primary" => {
                    column.nullable = false;
                    let part = IndexPart { column: name.clone(), prefix: None };
                    let name = "PRIMARY".to_owned();
                    self.indexes.push(Index {
                        name,
                        unique: true,
                        columns: vec![part],
                        flaw: None,
                    });
                }
                "unique" => self.indexes.push(Index::new(&name, true, &[&name])),
                "comment" => {
                    rest.next();
                }
                _ => {}
            }
        }
        self.columns.retain(|known| known.name != name);
        self.columns.push(column);
    }

    /// Takes what stands behind the columns.
    fn options(&mut self, mut rest: Rest<'_>) {
        let (mut character_set, mut collation) = (None, None);
        while let Some(piece) = rest.next() {
            let is_set = piece.is("charset") || piece.is("character") && rest.skip("set");
            let option = if piece.is("engine") {
                &mut self.engine
            } else if is_set {
                &mut character_set
            } else if piece.is("collate") {
                &mut collation
            } else {
                continue;
            };
            if rest.first().is_some_and(|piece| piece.is_sign(b'=')) {
                rest.next();
            }
            *option = rest.next().map(|piece| piece.text.clone());
        }
        if let Some(of_all) = &collation {
            let set = || of_all.split('_').next().map(str::to_owned);
            character_set = character_set.or_else(set);
        }
        for column in self.columns.iter_mut().filter(|column| is_text(column)) {
            match (&column.collation, &column.character_set) {
                (Some(collation), None) => {
                    column.character_set = collation.split('_').next().map(str::to_owned);
                }
                (None, None) => {
                    column.character_set.clone_from(&character_set);
                    let usual = || character_set.as_deref().and_then(usual_collation);
                    column.collation = collation.clone().or_else(usual);
                }
                (None, Some(set)) => column.collation = usual_collation(set),
                (Some(_), Some(_)) => {}
            }
        }
    }

    fn alter(&mut self, mut rest: Rest<'_>, is_kine: impl Fn(&str) -> bool) {
        if !rest.skip("table") {
            return;
        }
        rest.skip_all(&["if", "exists"]);
        rest.skip("only");
        if !rest.name().is_some_and(|table| is_kine(&table)) {
            return;
        }
        let mut depth = 0_u32;
        let actions = rest.0.split(|piece| {
            match piece.token {
                Token::Sign(b'(') => depth += 1,
                Token::Sign(b')') => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0 && piece.is_sign(b',')
        });
        for mut action in actions.map(Rest) {
            if action.skip("add") {
                let is_column = action.skip("column");
                if is_column || !self.constraint(action) {
                    self.column(action);
                }
            } else if action.skip("modify") {
                action.skip("column");
                self.change(action);
            }
        }
    }

    /// Takes a column as it becomes, where it is.
    fn change(&mut self, rest: Rest<'_>) {
        let name = rest.first().map(|piece| piece.text.to_lowercase()).unwrap_or_default();
        let place = self.columns.iter().position(|column| column.name == name);
        self.column(rest);
        if let (Some(place), Some(column)) = (place, self.columns.pop()) {
            self.columns.insert(place.min(self.columns.len()), column);
        }
    }

    /// How names compare, where that is told.
    pub(super) fn collation(&self) -> Option<Collation> {
        match self.dialect? {
            Dialect::MySql => {
                let name = self.columns.iter().find(|column| column.name == "name")?;
                match &name.collation {
                    Some(collation) => Some(Collation::named(collation, None)),
                    None => (!is_text(name)).then(Collation::binary),
                }
            }
            _ => Some(Collation::binary()),
        }
    }

    /// Adds what is told to what a history must know.
    pub(super) fn tell(&self, profile: Profile) -> Profile {
        let dialect = self.dialect.unwrap_or(profile.dialect);
        if !self.is_known() {
            return Profile { dialect, ..profile };
        }
        let has_unique = self.indexes.iter().any(Index::forbids_forks);
        let is_told = self.is_whole && self.tells_indexes;
        let unique_index = (is_told || has_unique).then_some(has_unique);
        // What PostgreSQL says of sequences and of the order of names is in no dump.
        let is_judged = self.is_whole && self.dialect.is_some_and(|it| it != Dialect::Postgres);
        let database = is_judged.then(|| Box::new(self.database()));
        Profile { unique_index, dialect, database, ..profile }
    }

    fn database(&self) -> Database {
        let product = match self.dialect {
            Some(Dialect::Sqlite) => Product::Sqlite,
            _ if self.has_widths() => Product::MariaDb,
            _ => Product::MySql,
        };
        let unknown = || Server { product, version: String::new() };
        let mut indexes = self.indexes.clone();
        indexes.sort_by(|one, other| one.name.cmp(&other.name));
        Database {
            server: self.server.clone().unwrap_or_else(unknown),
            is_view: false,
            engine: self.engine.clone(),
            columns: self.columns.clone(),
            indexes,
            variables: None,
        }
    }

    /// Whether integers have a width, as MariaDB prints them, and MySQL did before version 8.
    fn has_widths(&self) -> bool {
        self.columns.iter().any(|column| column.full_type.starts_with("bigint("))
    }

    /// What should be known of the table, each a sentence.
    pub(super) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if !self.tells_indexes {
            return notes;
        }
        let is_sqlite = self.dialect == Some(Dialect::Sqlite);
        let is_judged = self.dialect != Some(Dialect::Postgres);
        if !is_judged && !self.indexes.iter().any(Index::forbids_forks) {
            notes.push(
                "The unique index on name and prev_revision is missing. kine makes it anew when it \
                 starts, and does not start while the table has forks."
                    .to_owned(),
            );
        }
        if is_sqlite && !self.counts_on {
            notes.push(
                "The table has no AUTOINCREMENT: if the newest row is removed, SQLite gives out its \
                 revision again."
                    .to_owned(),
            );
        }
        notes
    }
}

/// Whether a column holds text, which is compared in some way.
fn is_text(column: &Column) -> bool {
    column.type_name().ends_with("char") || column.type_name().ends_with("text")
}

/// The collation that a character set has where none is named. Where that depends on the server's
/// version, the newer ones name it.
fn usual_collation(character_set: &str) -> Option<String> {
    let collation = match character_set {
        "latin1" => "latin1_swedish_ci",
        "binary" => "binary",
        "ascii" | "utf8" | "utf8mb3" | "utf8mb4" | "latin2" | "ucs2" | "utf16" | "utf32" => {
            return Some(format!("{character_set}_general_ci"));
        }
        _ => return None,
    };
    Some(collation.to_owned())
}

fn index_part(part: Rest<'_>) -> IndexPart {
    let mut rest = part;
    let column = rest.next().filter(|piece| piece.is_name());
    let prefix = rest.list().and_then(|parts| parts.first()?.first()?.text.parse().ok());
    let is_plain = rest.0.iter().all(|piece| piece.token == Token::Word);
    let column = column.filter(|_| is_plain).map(|piece| piece.text.to_lowercase());
    IndexPart { column: column.unwrap_or_default(), prefix }
}

/// The type of a column as a server gives it.
fn full_type(rest: &mut Rest<'_>) -> String {
    let Some(name) = rest.first().filter(|piece| piece.token == Token::Word) else {
        return String::new();
    };
    rest.next();
    let name = name.text.to_ascii_lowercase();
    let mut full = if name == "integer" { "int".to_owned() } else { name };
    for (one, other) in [("double", "precision"), ("character", "varying")] {
        if full == one && rest.skip(other) {
            full = format!("{one} {other}");
        }
    }
    if let Some(parts) = rest.list() {
        let texts = parts.iter().map(|part| part.first().map_or("", |piece| piece.text.as_str()));
        full += &format!("({})", texts.collect::<Vec<_>>().join(","));
    }
    for word in ["unsigned", "zerofill"] {
        if rest.skip(word) {
            full = format!("{full} {word}");
        }
    }
    full
}
