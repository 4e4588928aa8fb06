//! What a server answers when nothing but the way to it is asked for: no row is read.

use super::decode::{is_true, text};
use super::endpoint::Endpoint;
use super::{Query, Session, statement};
use crate::source::{Account, Answer, AnsweredTable, Error, Log};
use crate::text::bytes;

/// Connects, asks, and hangs up.
///
/// # Errors
///
/// When there is no session, or it is lost. None holds a password.
pub(super) async fn ask(endpoint: &Endpoint, log: &Log) -> Result<Answer, Error> {
    let mut session = Session::open(endpoint, log).await?;
    let server = session.server.to_string();
    let cipher = session.cipher().await?;
    let name = session.one(statement::ACCOUNT).await?;
    let rights: Vec<String> = session.rights().await?;
    let may_write = rights.iter().any(|right| right != "SELECT");
    let grants =
        if rights.is_empty() { Vec::new() } else { vec![format!("{} on kine", rights.join(", "))] };
    let needs = "SELECT ON kine".to_owned();
    let account = Some(Account { cipher, name, needs, grants, may_write });
    let mut facts = Vec::new();
    let table = match session.about().await {
        Ok(about) => {
            let columns = session.columns().await?;
            facts.push(("schema", about.schema.clone()));
            facts.extend(about.bytes.map(|size| {
                ("size", format!("{}, indexes included; values may be compressed", bytes(size)))
            }));
            facts.extend(session.dead().await?.map(|dead| ("dead rows", dead)));
            session.check(&about, &columns).map(|()| AnsweredTable {
                is_view: about.is_view,
                engine: None,
                rows: about.rows,
            })
        }
        Err(error) => Err(error),
    };
    session.close().await?;
    Ok(Answer { server, account, facts, table })
}

impl Session<'_> {
    async fn cipher(&mut self) -> Result<Option<String>, Error> {
        let rows = self.fetch(Query::text(statement::CIPHER)).await?;
        Ok(rows.first().and_then(|row| Some(format!("{}, {}", text(row, 0)?, text(row, 1)?))))
    }

    /// What the account may do with the table.
    async fn rights(&mut self) -> Result<Vec<String>, Error> {
        let rows = self.fetch(Query::text(statement::GRANTS)).await?;
        Ok(rows.iter().filter(|row| is_true(row, 1)).filter_map(|row| text(row, 0)).collect())
    }

    /// How many rows are dead, which VACUUM clears away; `None` where the server does not count them.
    async fn dead(&mut self) -> Result<Option<String>, Error> {
        let rows = self.fetch(Query::text(statement::DEAD)).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let Some(dead) = super::decode::count(row, 0) else { return Ok(None) };
        let when = text(row, 1).map_or_else(
            || "not vacuumed since the counters began".to_owned(),
            |when| format!("last vacuumed at {when}"),
        );
        Ok(Some(format!("about {}; {when}", crate::text::grouped(dead))))
    }
}
