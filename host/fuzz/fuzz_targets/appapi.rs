//! Any headers: nobody is let in without the secret, and with it the user is what stands before the first colon.
#![no_main]

use arbitrary::Arbitrary;
use http::{HeaderMap, HeaderName, HeaderValue};
use libfuzzer_sys::fuzz_target;
use nextcloud::AppIdentity;

#[derive(Arbitrary, Debug)]
struct Request<'a> {
    authorization: &'a [u8],
    app: &'a [u8],
    version: &'a [u8],
    ours: bool,
    others: Vec<(&'a [u8], &'a [u8])>,
}

const SECRET: &str = "a secret that no input guesses 6b1f";

fuzz_target!(|request: Request<'_>| {
    let identity = AppIdentity {
        id: "voiceassist".to_owned(),
        version: "1".to_owned(),
        secret: SECRET.into(),
    };
    let mut headers = HeaderMap::new();
    let mut add = |name: &[u8], value: &[u8]| {
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name), HeaderValue::from_bytes(value)) {
            headers.append(name, value);
        }
    };
    for (name, value) in &request.others {
        add(name, value);
    }
    add(b"authorization-app-api", request.authorization);
    add(b"ex-app-id", if request.ours { b"voiceassist" } else { request.app });
    add(b"ex-app-version", request.version);
    assert!(identity.verify(&headers).is_err());
});
