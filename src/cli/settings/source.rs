//! Sources with a name: `kinescope @prod`.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use kinescope::place::read_at_most;
use kinescope::source::Error;
use kinescope::source::locate::{Endpoint, Named, may_be_endpoint};
use kinescope::source::sql::endpoint::TlsFiles;
use kinescope::text::escape;

use super::section::Value;

/// No password is longer.
const LONGEST: u64 = 64 * 1024;

/// What a source can say.
pub(in crate::cli) const FIELDS: [&str; 7] =
    ["endpoint", "password", "password-file", "ca-file", "cert-file", "key-file", "skip-verify"];

/// A source with a name.
#[derive(Debug, Clone)]
pub(in crate::cli) struct NamedSource {
    pub(in crate::cli) name: String,
    /// Where the settings say it: the file, for what is noted of the endpoint.
    pub(in crate::cli) file: String,
    pub(in crate::cli) line: usize,
    /// What it leads to; there is no password in it.
    pub(in crate::cli) named: Named,
    pub(in crate::cli) password: Option<Secret>,
    pub(in crate::cli) ca: Option<PathBuf>,
    pub(in crate::cli) certificate: Option<PathBuf>,
    pub(in crate::cli) key: Option<PathBuf>,
    pub(in crate::cli) skip_verify: bool,
}

/// Where a password is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) enum Secret {
    /// In the first line of a file.
    File(PathBuf),
    /// In a variable.
    Variable(String),
}

impl NamedSource {
    pub(super) fn parse(name: &str, value: &Value<'_>) -> Result<Self, Error> {
        if name.is_empty()
            || !name.chars().all(|it| it.is_ascii_alphanumeric() || "-_".contains(it))
        {
            let shown = escape(name.as_bytes());
            return Err(value
                .error(format!("cannot be typed as @{shown}"))
                .hint("Name a source with letters, digits, - and _."));
        }
        let mut section = value.section("part")?.only(&FIELDS)?;
        let endpoint = section.take("endpoint").ok_or_else(|| {
            value
                .error("has no endpoint")
                .hint("Write endpoint = \"mysql://USER@tcp(HOST)/DATABASE\".")
        })?;
        let password = match (section.take("password"), section.take("password-file")) {
            (Some(_), Some(file)) => {
                let error = file.error("is beside a password");
                return Err(error.hint("Leave out one of the two."));
            }
            (Some(password), None) => Some(variable(&password)?),
            (None, Some(file)) => Some(Secret::File(path(&file)?)),
            (None, None) => None,
        };
        let mut file = |name| section.take(name).map(|value| path(&value)).transpose();
        let (ca, certificate, key) = (file("ca-file")?, file("cert-file")?, file("key-file")?);
        let skip_verify = section.take("skip-verify").map(|value| value.flag()).transpose()?;
        let source = Self {
            name: name.to_owned(),
            file: value.place.file.to_owned(),
            line: value.line,
            named: named(&endpoint)?,
            password,
            ca,
            certificate,
            key,
            skip_verify: skip_verify.unwrap_or_default(),
        };
        let is_more = source.password.is_some()
            || [&source.ca, &source.certificate, &source.key].iter().any(|it| it.is_some())
            || source.skip_verify;
        if is_more && !matches!(source.named, Named::Endpoint(_)) {
            return Err(value.error("is a file, and what is said beside it is for a server"));
        }
        Ok(source)
    }

    /// What it leads to, with its password.
    ///
    /// # Errors
    ///
    /// When the password is not where it should be.
    pub(in crate::cli) fn open(&self) -> Result<Named, Error> {
        let Named::Endpoint(endpoint) = &self.named else { return Ok(self.named.clone()) };
        let place = format!("@{} in {}", self.name, self.file);
        let file = |path: &Option<PathBuf>| Some((path.clone()?, place.clone()));
        let mut endpoint = endpoint.clone().found_in(&place).with_tls_files(TlsFiles {
            ca: file(&self.ca),
            certificate: file(&self.certificate),
            key: file(&self.key),
        });
        if self.skip_verify {
            endpoint = endpoint.with_skip_verify(&place);
        }
        Ok(Named::Endpoint(match &self.password {
            None => endpoint,
            Some(Secret::Variable(name)) => {
                let password = std::env::var(name).unwrap_or_default();
                if password.is_empty() {
                    return Err(Error::usage(format!(
                        "{name} is not set, and @{} wants it",
                        self.name
                    ))
                    .hint(format!("Set {name} to the password, or use --ask-password.")));
                }
                endpoint.with_password_from(&password, name)
            }
            Some(Secret::File(path)) => with_password_of(endpoint, path)?,
        }))
    }
}

/// An endpoint with the password in the first line of a file.
fn with_password_of(endpoint: Endpoint, path: &Path) -> Result<Endpoint, Error> {
    let shown = escape(path.as_os_str().as_encoded_bytes()).into_owned();
    let cannot = |why| Error::new(format!("cannot read the password in {shown}")).because(why);
    let bytes = read_at_most(path, LONGEST).map_err(cannot)?;
    // What it holds is not said.
    let text = String::from_utf8(bytes)
        .map_err(|_bytes| Error::usage(format!("the password in {shown} is not UTF-8")))?;
    let password = text.lines().next().unwrap_or_default();
    if password.is_empty() {
        return Err(Error::usage(format!("the first line of {shown} is empty"))
            .hint("Put the password there."));
    }
    let mut endpoint = endpoint.with_password_from(password, &shown);
    if path.metadata().map_err(cannot)?.mode() & 0o004 != 0 {
        endpoint.note(format!(
            "{shown} holds a password, and everybody can read it: chmod 600 {shown}"
        ));
    }
    Ok(endpoint)
}

/// What an endpoint leads to. A password in it would be seen by whoever sees the settings: they are shown,
/// and kept with other settings.
fn named(value: &Value<'_>) -> Result<Named, Error> {
    let text = value.text()?;
    let text = home(text).unwrap_or_else(|| text.into());
    let text = text.to_string_lossy();
    let named = Named::parse(&text).map_err(|error| value.place.around(value.line, error))?;
    match &named {
        Named::Endpoint(endpoint) if endpoint.has_password() => Err(value
            .error("holds a password, which does not belong there")
            .hint("Write password-file = \"/path\" or password = \"${env:NAME}\" beside it.")),
        Named::Endpoint(_) => Ok(named),
        _ if !text.contains("://") && Path::new(&*text).is_relative() => Err(value
            .error("is neither an endpoint nor a whole path")
            .hint("Begin a path with / or ~/.")),
        _ => Ok(named),
    }
}

/// Understands `${env:NAME}`, and refuses a password itself, which it does not repeat.
fn variable(value: &Value<'_>) -> Result<Secret, Error> {
    let name = value.text()?.strip_prefix("${env:").and_then(|it| it.strip_suffix('}'));
    let is_name = |name: &&str| {
        !name.is_empty() && name.chars().all(|it| it.is_ascii_alphanumeric() || it == '_')
    };
    name.filter(is_name).map(|name| Secret::Variable(name.to_owned())).ok_or_else(|| {
        value
            .error("is not a variable, and no password belongs in the settings")
            .hint("Write password = \"${env:NAME}\", or password-file = \"/path\".")
    })
}

/// The path of a file.
fn path(value: &Value<'_>) -> Result<PathBuf, Error> {
    let text = value.text()?;
    if may_be_endpoint(text) {
        return Err(value.error("seems to be an endpoint").hint("Give the path of a file there."));
    }
    let path = home(text).unwrap_or_else(|| text.into());
    if path.is_relative() {
        return Err(value.error("is not a whole path").hint("Begin it with / or ~/."));
    }
    Ok(path)
}

/// A path that begins with `~/`.
pub(in crate::cli) fn home(text: &str) -> Option<PathBuf> {
    let rest = text.strip_prefix("~/")?;
    Some(PathBuf::from(std::env::var_os("HOME")?).join(rest))
}

#[cfg(test)]
mod tests {
    use super::super::Settings;

    #[track_caller]
    fn refused(lines: &str) -> String {
        let text = format!("[source.prod]\n{lines}\n");
        let error = Settings::parse("config.toml", &text).expect_err("it makes no sense");
        assert!(error.is_usage());
        let said = format!("{error:?} {}", error.in_a_line());
        assert!(!said.contains("sesame"), "{said}");
        error.in_full()
    }

    #[test]
    fn no_password_stands_in_the_settings() {
        for endpoint in [
            "mysql://u:sesame@tcp(h)/k",
            "u:sesame@tcp(h)/k",
            "postgres://u:sesame@h/k",
            "mysql://u:${env:sesame}@tcp(h)/k",
            "u:sesame@h",
        ] {
            refused(&format!("endpoint = \"{endpoint}\""));
        }
        let said = refused("endpoint = \"postgres://u:sesame@h/k\"");
        assert!(said.contains("config.toml:2: source.prod.endpoint holds a password"), "{said}");
        for password in ["sesame", "${sesame}", "$sesame", "${env:}", "${env:a}sesame"] {
            let said =
                refused(&format!("endpoint = \"mysql://u@tcp(h)/\"\npassword = \"{password}\""));
            assert!(
                said.contains("config.toml:3: source.prod.password is not a variable"),
                "{said}"
            );
        }
        refused("endpoint = \"mysql://u@tcp(h)/\"\npassword-file = \"u:sesame@tcp(h)/\"");
    }

    #[test]
    fn a_source_is_whole() {
        for (lines, what) in [
            ("", "source.prod has no endpoint"),
            ("endpoint = \"dump.sql\"", "is neither an endpoint nor a whole path"),
            ("endpoint = \"-\"", "is neither an endpoint nor a whole path"),
            ("endpoint = \"etcd://h\"", "config.toml:2: "),
            ("endpoint = \"/dump.sql\"\nskip-verify = true", "source.prod is a file"),
            ("endpoint = \"mysql://\"\nca-file = \"ca.pem\"", "ca-file is not a whole path"),
            (
                "endpoint = \"mysql://\"\npassword = \"${env:A}\"\npassword-file = \"/a\"",
                "config.toml:4: source.prod.password-file is beside a password",
            ),
        ] {
            let said = refused(lines);
            assert!(said.contains(what), "{said}");
        }
        let error = Settings::parse("config.toml", "[source.\"a b\"]\nendpoint = \"mysql://\"");
        assert!(error.expect_err("no name").to_string().contains("cannot be typed as @a b"));
    }
}
