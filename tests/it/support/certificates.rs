//! A private authority, and what it signs: for servers that are started for tests, and for clients.

use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};

/// The files, all PEM, in a directory that goes with them.
pub(crate) struct Certificates {
    dir: tempfile::TempDir,
}

impl Certificates {
    /// Makes them anew: nobody keeps the keys.
    ///
    /// ```text
    /// ca.pem ─┬─ server.pem, server-key.pem     for localhost, 127.0.0.1 and ::1
    ///         ├─ expired.pem, expired-key.pem   the same, until 2001
    ///         └─ client.pem, client-key.pem; cert.pem, cert-key.pem
    /// other-ca.pem ─── stranger.pem, stranger-key.pem
    /// version-1.pem, version-1-key.pem      X.509 version 1, which signed itself
    /// ```
    ///
    /// `clients.pem` has all that may have signed a client's: `ca.pem` and `version-1.pem`.
    /// `ca-key.pem` is there too, for a server that shows its authority's own certificate.
    pub(crate) fn new() -> Self {
        let dir = tempfile::Builder::new().prefix("kinescope-tls-").tempdir().expect("a directory");
        let made = Self { dir };
        let ours = made.authority("ca");
        let other = made.authority("other-ca");
        let names = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
        let mut server = CertificateParams::new(names).expect("names");
        server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        made.sign("server", server.clone(), &ours);
        server.not_after = date_time_ymd(2001, 1, 1);
        made.sign("expired", server, &ours);
        let mut client = CertificateParams::default();
        client.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        made.sign("client", client.clone(), &ours);
        made.sign("cert", client.clone(), &ours);
        made.sign("stranger", client, &other);
        // Nothing makes them any more, but for an old OpenSSL.
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
        let fixture =
            |name: &str| std::fs::read_to_string(fixtures.join(name)).expect("it is ours");
        for name in ["version-1.pem", "version-1-key.pem"] {
            made.write(name, &fixture(name));
        }
        let ca = std::fs::read_to_string(made.path("ca.pem")).expect("ours");
        made.write("clients.pem", &format!("{ca}{}", fixture("version-1.pem")));
        made
    }

    fn authority(&self, name: &str) -> CertifiedIssuer<'static, KeyPair> {
        let mut params = CertificateParams::new(["localhost".to_owned()]).expect("a name");
        // Two authorities of one name would be taken for one another.
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
        let key = KeyPair::generate().expect("a key");
        self.write(&format!("{name}-key.pem"), &key.serialize_pem());
        let authority = CertifiedIssuer::self_signed(params, key).expect("it signs itself");
        self.write(&format!("{name}.pem"), &authority.pem());
        authority
    }

    fn sign(&self, name: &str, mut params: CertificateParams, by: &CertifiedIssuer<'_, KeyPair>) {
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate().expect("a key");
        let signed = params.signed_by(&key, by).expect("the authority signs");
        self.write(&format!("{name}.pem"), &signed.pem());
        self.write(&format!("{name}-key.pem"), &key.serialize_pem());
    }

    /// Puts one of the certificates, and its key, where a server looks for its own: `shown.pem`.
    pub(crate) fn show(&self, name: &str) {
        for end in [".pem", "-key.pem"] {
            let (from, to) =
                (self.path(&format!("{name}{end}")), self.path(&format!("shown{end}")));
            std::fs::copy(from, to).expect("both are ours");
        }
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.dir.path().join(name), text).expect("a file");
    }

    /// Where they are.
    pub(crate) fn directory(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }
}
