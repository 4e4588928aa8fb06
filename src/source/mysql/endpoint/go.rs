//! The form of go-sql-driver: `[user[:password]@][net[(addr)]]/dbname[?params]`.
//!
//! The password is raw, so the text is read from the right, as the driver's `ParseDSN` does.

use std::net::{IpAddr, Ipv6Addr};

use super::{Address, Endpoint, Error, PORT, parameters, percent_decoded, said};
use crate::source::locate::placeholder;

/// An endpoint in Go's form, cut at the right places.
pub(super) struct Parts<'a> {
    credentials: Option<&'a str>,
    network: Network,
    address: Option<&'a str>,
    database: &'a str,
    parameters: Option<&'a str>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Network {
    /// Not said, which means TCP.
    Default,
    Tcp,
    /// TCP over IPv4 alone.
    Tcp4,
    /// TCP over IPv6 alone.
    Tcp6,
    Unix,
}

/// Cuts the text; `None` when it is not in Go's form.
///
/// Go takes the last slash, also when it belongs to a parameter (`?ssl-ca=/ca.pem`). A slash before
/// that one is tried too, if everything behind it can only be parameters.
pub(super) fn split(text: &str) -> Option<Parts<'_>> {
    let last = text.rfind('/')?;
    // Nothing behind a slash but the last may be of the credentials.
    let at = text.rfind('@').map_or(0, |at| at + 1);
    let mut next = text.len();
    text.rmatch_indices('/').take_while(|(slash, _)| *slash == last || *slash >= at).find_map(
        |(slash, _)| {
            // Each slash is looked at up to the next: however many there are, all of it is seen once.
            let name = &text[slash + 1..std::mem::replace(&mut next, slash)];
            let (database, parameters) = match name.find('?') {
                Some(end) => (&name[..end], Some(&text[slash + 1 + end + 1..])),
                None => (name, None),
            };
            if slash != last && parameters.is_none() {
                return None;
            }
            let end = if slash < at { text[..slash].rfind('@').map_or(0, |at| at + 1) } else { at };
            let credentials = end.checked_sub(1).map(|end| &text[..end]);
            let (network, address) = split_network(&text[end..slash])?;
            Some(Parts { credentials, network, address, database, parameters })
        },
    )
}

fn split_network(text: &str) -> Option<(Network, Option<&str>)> {
    let (name, address) = match text.strip_suffix(')') {
        Some(open) => {
            // Behind the longest name; no more is looked at.
            let name = open.bytes().take("unix(".len()).position(|it| it == b'(')?;
            (&open[..name], Some(&open[name + 1..]))
        }
        None => (text, None),
    };
    let network = match name {
        "" => Network::Default,
        "tcp" => Network::Tcp,
        "tcp4" => Network::Tcp4,
        "tcp6" => Network::Tcp6,
        "unix" => Network::Unix,
        _ => return None,
    };
    Some((network, address))
}

impl Parts<'_> {
    /// Whether it can be nothing but an endpoint, also without a scheme: a path may well end in
    /// `@/name`, but hardly with a network or a password before it.
    pub(super) fn is_certain(&self) -> bool {
        self.credentials.is_some_and(|credentials| {
            self.network != Network::Default || self.address.is_some() || credentials.contains(':')
        })
    }

    /// Whether it says where it ends: a word with a slash is no endpoint by that alone.
    pub(super) fn is_more_than_a_word(&self) -> bool {
        self.credentials.is_some() || self.network != Network::Default || self.address.is_some()
    }

    pub(super) fn endpoint(&self) -> Result<Endpoint, Error> {
        let (user, password) = match self.credentials.map(|it| (it, it.split_once(':'))) {
            Some((_, Some((user, password)))) => (user, Some(password)),
            Some((user, None)) => (user, None),
            None => ("", None),
        };
        let is_address_said = self.network == Network::Unix
            || self.address.is_some_and(|address| !address.is_empty());
        let address = match (self.network, self.address) {
            (Network::Unix, path) => Address::Unix(path.unwrap_or("/tmp/mysql.sock").into()),
            (Network::Tcp4 | Network::Tcp6, address) => self.of_one_version(address)?,
            (_, None | Some("")) => tcp("")?,
            (_, Some(address)) => tcp(address)?,
        };
        let mut endpoint = Endpoint::new(user, address)
            .with_password(password)
            .with_database(percent_decoded(self.database)?);
        endpoint.origins.user = said(!user.is_empty());
        endpoint.origins.address = said(is_address_said);
        if let (Network::Tcp4 | Network::Tcp6, Address::Tcp { host, .. }) =
            (self.network, &endpoint.address)
            && host.parse::<IpAddr>().is_err()
        {
            endpoint.notes.push(format!(
                "kine uses only one version of IP to reach {host}, as tcp4(…) and tcp6(…) say; \
                 kinescope takes whichever address answers."
            ));
        }
        parameters::apply(&mut endpoint, self.parameters.unwrap_or_default())?;
        Ok(endpoint)
    }

    /// As go-sql-driver takes them, it adds no port to these and knows no host for them.
    fn of_one_version(&self, address: Option<&str>) -> Result<Address, Error> {
        let (name, is_six) = match self.network {
            Network::Tcp6 => ("tcp6([::1]:3306)", true),
            _ => ("tcp4(127.0.0.1:3306)", false),
        };
        let address = address.unwrap_or_default();
        let has_port = match address.split_once(']') {
            Some((_, port)) => port.len() > 1,
            None => address.matches(':').count() == 1 && !address.ends_with(':'),
        };
        if !has_port {
            let error = Error::usage("tcp4(…) and tcp6(…) need a host and a port in an endpoint");
            return Err(
                error.hint(format!("Write {name}: go-sql-driver adds a port only to tcp(…)."))
            );
        }
        let address = tcp(address)?;
        match &address {
            Address::Tcp { host, .. }
                if host.parse().is_ok_and(|ip: IpAddr| ip.is_ipv6() != is_six) =>
            {
                let error = Error::usage("the endpoint's address has another version of IP");
                Err(error.hint(format!("Write {name}, or tcp(…), which takes both.")))
            }
            _ => Ok(address),
        }
    }
}

/// `host`, `host:port`, `[::1]`, `[::1]:port` or `::1`. The host of Go's default is this machine.
pub(super) fn tcp(text: &str) -> Result<Address, Error> {
    let wrong = || Err(Error::usage("the endpoint's host is not a host"));
    let (host, port) = match text.strip_prefix('[').map(|rest| rest.split_once(']')) {
        Some(Some((host, port))) if port.is_empty() || port.starts_with(':') => {
            (host, port.trim_start_matches(':'))
        }
        Some(_) => return wrong().map_err(|it| it.hint("Write tcp([::1]:3306).")),
        None if text.matches(':').count() == 1 => text.split_once(':').unwrap_or((text, "")),
        None => (text, ""),
    };
    for (part, what) in [(host, "endpoint's host"), (port, "endpoint's port")] {
        if placeholder::is_one(part) {
            return Err(placeholder::refuse(what));
        }
    }
    if host.contains(',') {
        return Err(Error::usage("the endpoint names several hosts").hint("Name one of them."));
    }
    if host.contains(':')
        && host.split('%').next().is_some_and(|it| it.parse::<Ipv6Addr>().is_err())
    {
        return wrong().map_err(|it| it.hint("Write tcp(host:3306), or tcp([::1]:3306)."));
    }
    let port = match port {
        "" => PORT,
        port => port
            .parse()
            .map_err(|source| Error::usage("the endpoint's port is not a number").because(source))
            .map_err(|error: Error| error.hint("Write tcp(host:3306)."))?,
    };
    let host = if host.is_empty() { "127.0.0.1" } else { host };
    Ok(Address::Tcp { host: host.to_owned(), port })
}
