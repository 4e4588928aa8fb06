//! TLS for a server that may be anybody.
//!
//! The driver takes any certificate too, where it is told so, but looks into it for the key that
//! signed the session, and cannot read version 1. Without a certificate that is verified the signature
//! proves nothing: whoever is in the middle signs with a key of their own.

use std::sync::Arc;

use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use tokio_rustls::rustls::sign::{CertifiedKey, SingleCertAndKey};
use tokio_rustls::rustls::{
    ClientConfig, DigitallySignedStruct, Error as TlsError, SignatureScheme,
};

use super::{Stopped, Stream};
use crate::source::mysql::certificates::Certificates;
use crate::source::mysql::endpoint::{Address, Endpoint};

/// What encrypts one session.
pub(super) struct Encryption {
    connector: TlsConnector,
    name: ServerName<'static>,
}

impl Encryption {
    /// As the endpoint wants it, with the client's certificate if there is one.
    pub(super) fn new(
        endpoint: &Endpoint,
        certificates: &Certificates,
    ) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let host = match &endpoint.address {
            Address::Tcp { host, .. } => host.as_str(),
            Address::Unix(_) => "localhost",
        };
        let name = ServerName::try_from(host.to_owned())?;
        Ok(Self { connector: Arc::new(config(certificates)?).into(), name })
    }

    /// Encrypts a stream.
    pub(super) async fn over(self, stream: Box<dyn Stream>) -> Result<Box<dyn Stream>, Stopped> {
        Ok(Box::new(self.connector.connect(self.name, stream).await?))
    }
}

fn config(
    certificates: &Certificates,
) -> Result<ClientConfig, Box<dyn std::error::Error + Send + Sync>> {
    let provider = Arc::new(ring::default_provider());
    let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Anybody(Arc::clone(&provider))));
    let Some((certificate, key)) = certificates.client() else {
        return Ok(config.with_no_client_auth());
    };
    let chain = CertificateDer::pem_slice_iter(certificate).collect::<Result<_, _>>()?;
    let key = provider.key_provider.load_private_key(PrivateKeyDer::from_pem_slice(key)?)?;
    // Whether they belong together is for the server to say: it may be of version 1, too.
    let shown = SingleCertAndKey::from(CertifiedKey::new(chain, key));
    Ok(config.with_client_cert_resolver(Arc::new(shown)))
}

/// Takes every server for the right one.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
