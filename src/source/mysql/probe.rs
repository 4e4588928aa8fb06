//! What a server answers when nothing but the way to it is asked for: no row is read.

use super::endpoint::Endpoint;
use super::{Session, failure, statement, text};
use crate::source::{Account, Answer, AnsweredTable, Error, Log};

/// Connects, asks, and hangs up.
///
/// # Errors
///
/// When there is no session, or it is lost. None holds a password.
pub(super) async fn ask(endpoint: &Endpoint, log: &Log) -> Result<Answer, Error> {
    let mut session = Session::open(endpoint, log).await?;
    let server = session.server().await?;
    session.limit_statements(&server, &mut Vec::new()).await?;
    let cipher = session.cipher().await?;
    let name = session.told(statement::ACCOUNT).await?.pop();
    let grants = session.told(statement::GRANTS).await?;
    let account = Account {
        cipher,
        name,
        needs: format!("SELECT ON {}.kine", endpoint.database),
        may_write: grants.iter().any(|grant| is_more_than_reading(grant)),
        grants: grants.iter().map(|grant| no_password(grant)).collect(),
    };
    let table = session.table().await;
    let (server, account, facts) = (server.to_string(), Some(account), Vec::new());
    let answer = Answer { server, account, facts, table };
    session.wire.close().await;
    Ok(answer)
}

impl Session<'_> {
    /// The first column of what the server may refuse to tell.
    async fn told(&mut self, sql: &'static str) -> Result<Vec<String>, Error> {
        match self.try_fetch(sql).await? {
            Ok(rows) => Ok(rows.iter().filter_map(|row| text(row, 0)).collect()),
            Err(error) if failure::number(&error).is_some() => Ok(Vec::new()),
            Err(error) => Err(failure::reading(self.endpoint, error)),
        }
    }

    async fn cipher(&mut self) -> Result<Option<String>, Error> {
        let rows = self.fetch(statement::CIPHER).await?;
        let of = |wanted: &str| {
            let row = rows.iter().find(|row| text(row, 0).as_deref() == Some(wanted))?;
            text(row, 1).filter(|value| !value.is_empty())
        };
        Ok(of("Ssl_cipher").map(|cipher| match of("Ssl_version") {
            Some(version) => format!("{version}, {cipher}"),
            None => cipher,
        }))
    }

    /// Looks at the table, and whether a row of it would be given.
    async fn table(&mut self) -> Result<AnsweredTable, Error> {
        let about = self.about().await?;
        let columns = self.columns(about.columns).await?;
        self.check(&columns).await?;
        Ok(AnsweredTable { is_view: about.is_view, engine: about.engine, rows: about.rows })
    }
}

/// A grant without the password's hash that MariaDB gives with it.
fn no_password(grant: &str) -> String {
    match grant.split_once(" IDENTIFIED ") {
        Some((grant, _)) => format!("{grant} IDENTIFIED BY ***"),
        None => grant.to_owned(),
    }
}

fn is_more_than_reading(grant: &str) -> bool {
    // A role has no `ON`.
    let Some((privileges, _)) = grant.strip_prefix("GRANT ").and_then(|it| it.split_once(" ON "))
    else {
        return false;
    };
    let mut inside = 0;
    let privileges = privileges.split(|char| {
        // Columns are in brackets.
        inside += i32::from(char == '(') - i32::from(char == ')');
        char == ',' && inside == 0
    });
    let mut names = privileges.map(|privilege| privilege.split('(').next().unwrap_or_default());
    names.any(|name| !["USAGE", "SELECT", "SHOW VIEW", "PROXY"].contains(&name.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grants_are_told_without_hashes() {
        let grant = "GRANT USAGE ON *.* TO `u`@`%` IDENTIFIED BY PASSWORD '*C0FFEE' REQUIRE SSL";
        assert_eq!(no_password(grant), "GRANT USAGE ON *.* TO `u`@`%` IDENTIFIED BY ***");
        assert_eq!(no_password("GRANT `r` TO `u`@`%`"), "GRANT `r` TO `u`@`%`");
    }

    #[test]
    fn reading_needs_nothing_but_select() {
        for (grant, is_more) in [
            ("GRANT USAGE ON *.* TO `u`@`%`", false),
            ("GRANT SELECT, SHOW VIEW ON `k`.* TO `u`@`%`", false),
            ("GRANT SELECT (`id`, `name`) ON `k`.`kine` TO `u`@`%`", false),
            ("GRANT SELECT, INSERT (`id`, `name`) ON `k`.`kine` TO `u`@`%`", true),
            ("GRANT ALL PRIVILEGES ON `k`.* TO `u`@`%`", true),
            ("GRANT SELECT, DELETE ON `k`.`kine` TO `u`@`%`", true),
            ("GRANT `role`@`%` TO `u`@`%`", false),
        ] {
            assert_eq!(is_more_than_reading(grant), is_more, "{grant}");
        }
    }
}
