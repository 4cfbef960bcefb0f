use super::bindings::voiceassist::plugin::{
    credentials::{Host, Readiness, Signature},
    types,
};
use crate::{self as newest, PluginError, guest::Connected, v0_1::common};

impl Host for Connected {
    async fn status(&mut self, handle: String) -> wasmtime::Result<Readiness> {
        if !self.grants.credentials.contains(&handle) {
            return Ok(Readiness::Unknown);
        }
        Ok(match self.outside.credential(&handle).await {
            newest::Readiness::Unknown => Readiness::Unknown,
            newest::Readiness::Missing => Readiness::Missing,
            newest::Readiness::Expired => Readiness::Expired,
            newest::Readiness::Ready => Readiness::Ready,
        })
    }

    async fn sign(
        &mut self,
        handle: String,
        algorithm: Signature,
        payload: Vec<u8>,
    ) -> wasmtime::Result<Result<Vec<u8>, types::Error>> {
        if !self.grants.credentials.contains(&handle) {
            return Ok(Err(common::error_to(PluginError::denied())));
        }
        let algorithm = match algorithm {
            Signature::HmacSha256 => newest::Signature::HmacSha256,
            Signature::HmacSha1 => newest::Signature::HmacSha1,
            Signature::Ed25519 => newest::Signature::Ed25519,
            Signature::RsaPkcs1Sha256 => newest::Signature::RsaPkcs1Sha256,
        };
        let signed = self.outside.sign(&handle, algorithm, payload).await;
        Ok(signed.map_err(common::error_to))
    }
}
