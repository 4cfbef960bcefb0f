//! An authenticator's secret as a person or a camera reads it.

use data_encoding::BASE32_NOPAD;
use qrcode::QrCode;
use qrcode::render::svg;

use super::code::SECRET_BYTES;
use crate::edge::problem::Problem;

/// # Errors
/// It is no such text.
pub fn read(shown: &str) -> Result<[u8; SECRET_BYTES], Problem> {
    let bytes = BASE32_NOPAD.decode(shown.as_bytes());
    let secret = bytes.ok().and_then(|bytes| bytes.try_into().ok());
    secret.ok_or_else(|| Problem::internal(&"a second factor's secret is no secret"))
}

/// In base 32, as authenticator apps take it by hand.
pub fn shown(secret: &[u8; SECRET_BYTES]) -> String {
    BASE32_NOPAD.encode(secret)
}

/// The address that authenticator apps read from a QR code.
pub fn address(secret: &[u8; SECRET_BYTES], user: &str) -> String {
    let name: String = url::form_urlencoded::byte_serialize(user.as_bytes()).collect();
    let name = name.replace('+', "%20");
    format!(
        "otpauth://totp/VoiceAssist:{name}?secret={}&issuer=VoiceAssist",
        shown(secret)
    )
}

/// # Errors
/// The address is too long for a QR code.
pub fn picture(address: &str) -> Result<String, Problem> {
    let code = QrCode::new(address).map_err(|error| Problem::internal(&error))?;
    Ok(code.render::<svg::Color<'_>>().min_dimensions(200, 200).build())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_back_and_anything_else_is_refused() {
        let secret = *b"12345678901234567890";
        assert!(read(&shown(&secret)).is_ok_and(|back| back == secret));
        assert!(read("").is_err() && read("not base 32").is_err());
        let address = address(&secret, "nextcloud:anna b");
        assert_eq!(
            address,
            "otpauth://totp/VoiceAssist:nextcloud%3Aanna%20b?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=VoiceAssist"
        );
        assert!(picture(&address).is_ok_and(|svg| svg.contains("<svg")));
    }
}
