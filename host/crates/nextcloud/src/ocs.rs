//! OCS: an envelope around JSON whose own status decides, because version 1 answers errors with HTTP 200.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::NextcloudError;

#[derive(Deserialize)]
struct Envelope {
    ocs: Body,
}

#[derive(Deserialize)]
struct Body {
    meta: Meta,
    #[serde(default)]
    data: Value,
}

#[derive(Deserialize)]
struct Meta {
    statuscode: i64,
}

/// The data of an answer, when both statuses say that it went well.
pub(crate) fn data<T: DeserializeOwned>(status: u16, body: &[u8]) -> Result<T, NextcloudError> {
    let envelope: Option<Envelope> = serde_json::from_slice(body).ok();
    let meta = envelope.as_ref().map(|envelope| envelope.ocs.meta.statuscode);
    // 997 is "not signed in", whichever HTTP status version 1 or 2 gives it.
    if matches!(status, 401 | 403) || meta == Some(997) {
        return Err(NextcloudError::Refused(status));
    }
    let fine = (200..300).contains(&status) && meta.is_none_or(|code| code == 100 || (200..300).contains(&code));
    if !fine {
        return Err(match status {
            404 => NextcloudError::NotFound,
            status => NextcloudError::Status { status, meta },
        });
    }
    let data = envelope.ok_or(NextcloudError::Unreadable("it is not OCS"))?.ocs.data;
    serde_json::from_value(data).map_err(|_| NextcloudError::Unreadable("its OCS data has another shape"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_with_http_200_is_an_error() {
        let body = br#"{"ocs":{"meta":{"status":"failure","statuscode":996,"message":"x"},"data":[]}}"#;
        assert_eq!(
            data::<Value>(200, body),
            Err(NextcloudError::Status {
                status: 200,
                meta: Some(996)
            })
        );
        let body = br#"{"ocs":{"meta":{"status":"failure","statuscode":997},"data":[]}}"#;
        assert_eq!(data::<Value>(401, body), Err(NextcloudError::Refused(401)));
    }

    #[test]
    fn data_of_both_versions_is_read() {
        for code in [100, 200] {
            let body = format!(r#"{{"ocs":{{"meta":{{"statuscode":{code}}},"data":[1]}}}}"#);
            assert_eq!(data::<Vec<i64>>(200, body.as_bytes()), Ok(vec![1]));
        }
    }
}
