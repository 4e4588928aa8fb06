//! Which server the environment names.

use std::ffi::OsString;
use std::path::PathBuf;

use super::{Endpoint, may_be_endpoint};
use crate::source::Error;
use crate::source::sql::endpoint::TlsFiles;

/// Where an endpoint is looked for when no source is named, in this order: the variable, and those
/// of the TLS files that go with it (authorities, certificate, key), and the one that skips looking
/// at the server's certificate. kine and k3s read the same; k3s has none of the last.
const VARIABLES: [(&str, [&str; 3], &str); 3] = [
    (
        "KINESCOPE_ENDPOINT",
        ["KINESCOPE_CA_FILE", "KINESCOPE_CERT_FILE", "KINESCOPE_KEY_FILE"],
        "KINESCOPE_SKIP_VERIFY",
    ),
    ("KINE_ENDPOINT", ["KINE_CA_FILE", "KINE_CERT_FILE", "KINE_KEY_FILE"], "KINE_SKIP_VERIFY"),
    (
        "K3S_DATASTORE_ENDPOINT",
        ["K3S_DATASTORE_CAFILE", "K3S_DATASTORE_CERTFILE", "K3S_DATASTORE_KEYFILE"],
        "",
    ),
];

/// What the environment says when no SOURCE is given, and the variable that says it. An empty
/// variable counts as not set.
///
/// # Errors
///
/// Those of [`Endpoint::parse`], and a value that is not UTF-8; each
/// names the variable.
pub fn from_env(
    lookup: impl Fn(&str) -> Option<OsString>,
) -> Result<Option<(&'static str, Endpoint)>, Error> {
    let lookup =
        |name: &str| lookup(name).filter(|value| !value.to_string_lossy().trim().is_empty());
    for (variable, files, skip) in VARIABLES {
        if let Some(text) = lookup(variable) {
            // What it holds is not said: it may be a password in another encoding.
            let endpoint = text
                .to_str()
                .ok_or_else(|| Error::usage("the endpoint is not UTF-8"))
                .and_then(Endpoint::parse)
                .map_err(|error| error.in_place(variable))?;
            let file = |name: &str| {
                let Some(path) = lookup(name) else { return Ok(None) };
                if may_be_endpoint(&path.to_string_lossy()) {
                    return Err(Error::usage(format!("{name} seems to be an endpoint"))
                        .hint("Give the path of a file there."));
                }
                Ok(Some((PathBuf::from(path), name.to_owned())))
            };
            let [ca, certificate, key] = files.map(file);
            let (ca, certificate, key) = (ca?, certificate?, key?);
            let mut endpoint =
                endpoint.found_in(variable).with_tls_files(TlsFiles { ca, certificate, key });
            // As Go understands it.
            let is_true = |value: OsString| {
                ["1", "t", "T", "true", "TRUE", "True"].iter().any(|known| value == *known)
            };
            if !skip.is_empty() && lookup(skip).is_some_and(is_true) {
                endpoint = if variable == "KINE_ENDPOINT" {
                    endpoint.with_skip_verify_of_kine(skip)
                } else {
                    endpoint.with_skip_verify(skip)
                };
            }
            return Ok(Some((variable, endpoint)));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::mysql::endpoint::TlsMode;

    #[test]
    fn the_environment_is_asked_in_order() {
        let ask = |set: &[(&str, &str)]| {
            from_env(|name| {
                set.iter().find(|(set, _)| *set == name).map(|(_, value)| (*value).into())
            })
            .map(|found| found.map(|(variable, endpoint)| (variable, endpoint.my_sql())))
        };
        let all = [
            ("K3S_DATASTORE_ENDPOINT", "mysql://u@tcp(k3s)/"),
            ("K3S_DATASTORE_CAFILE", "/ca.pem"),
            ("KINE_ENDPOINT", "mysql://u@tcp(kine)/"),
            ("KINESCOPE_ENDPOINT", "mysql://u@tcp(kinescope)/"),
        ];
        for (set, variable, host) in [
            (&all[..], "KINESCOPE_ENDPOINT", "kinescope"),
            (&all[..3], "KINE_ENDPOINT", "kine"),
            (&all[..2], "K3S_DATASTORE_ENDPOINT", "k3s"),
        ] {
            let (found, endpoint) = ask(set).expect("an endpoint").expect("a variable is set");
            assert_eq!(found, variable);
            assert_eq!(endpoint.short(), format!("{host}/kubernetes"));
            assert_eq!(endpoint.tls.ca.is_some(), host == "k3s", "only its own files");
        }
        let set = [("KINE_ENDPOINT", "mysql://u@/"), ("KINE_SKIP_VERIFY", "true")];
        let (_, endpoint) = ask(&set).expect("an endpoint").expect("a variable is set");
        assert_eq!(endpoint.origins.tls.as_deref(), Some("KINE_SKIP_VERIFY"));
        assert_eq!(endpoint.origins.user.as_deref(), Some("KINE_ENDPOINT"));
        // Each file is the one that its variable names.
        for (variable, [ca, certificate, key], _) in VARIABLES {
            let set =
                [(variable, "mysql://u@/"), (ca, "/ca"), (certificate, "/cert"), (key, "/key")];
            let (_, endpoint) = ask(&set).expect("an endpoint").expect("a variable is set");
            let tls = &endpoint.tls;
            let files = [&tls.ca, &tls.certificate, &tls.key].map(Option::as_deref);
            let expected = ["/ca", "/cert", "/key"].map(|path| Some(std::path::Path::new(path)));
            assert_eq!(files, expected, "{variable}");
            let origins = &endpoint.origins;
            let who = [&origins.ca, &origins.certificate, &origins.key].map(Option::as_deref);
            assert_eq!(who, [ca, certificate, key].map(Some));
            assert!(ca.contains("CA") && certificate.contains("CERT") && key.contains("KEY"));
            let set = [(variable, "mysql://u@/"), (key, "mysql://u:sesame@h/")];
            let error = ask(&set).expect_err("that is no file");
            assert!(!format!("{error:?}").contains("sesame"), "{error:?}");
        }
        // With files kine's variable counts, whatever tls says; without it does not look.
        for (tls, file, mode) in [
            ("true", "KINE_CA_FILE", TlsMode::Required),
            ("false", "KINE_CA_FILE", TlsMode::Required),
            ("true", "", TlsMode::VerifyIdentity),
        ] {
            let typed = format!("mysql://u@tcp(h)/?tls={tls}");
            let set = [("KINE_ENDPOINT", &*typed), ("KINE_SKIP_VERIFY", "1"), (file, "/ca")];
            let (_, endpoint) = ask(&set).expect("an endpoint").expect("a variable is set");
            assert_eq!(endpoint.tls.mode, mode, "{set:?}");
        }
        assert_eq!(ask(&[("KINE_ENDPOINT", " ")]).expect("nothing to parse"), None);
        let error = ask(&[("KINE_ENDPOINT", "https://etcd:2379")]).expect_err("it is etcd's");
        assert!(error.to_string().starts_with("KINE_ENDPOINT: "), "{error}");
    }
}
