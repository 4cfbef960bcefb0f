//! Bodies of requests.

use std::fmt;
use std::marker::PhantomData;

use axum::extract::{FromRequest, Request};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, MapAccess, Visitor};

use super::problem::Problem;

/// A JSON object whose rejection is a problem.
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let axum::Json(Object(body)) = axum::Json::from_request(request, state).await?;
        Ok(Self(body))
    }
}

/// Without it a list of the values in the order of our fields would be taken, too.
struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Fields<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
            type Value = Object<T>;

            fn expecting(&self, to: &mut fmt::Formatter) -> fmt::Result {
                to.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<Object<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(fields)).map(Object)
            }
        }

        from.deserialize_map(Fields(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    struct Body {
        name: Option<String>,
    }

    fn read(text: &str) -> Result<Body, String> {
        let read: Result<Object<Body>, _> = serde_json::from_str(text);
        read.map(|Object(body)| body).map_err(|error| error.to_string())
    }

    #[test]
    fn a_list_is_no_body() {
        assert_eq!(read(r#"{"name": "a"}"#).map(|body| body.name), Ok(Some("a".into())));
        for text in ["[null]", "[\"a\"]", "\"a\"", "1", "null"] {
            let error = read(text).err().unwrap_or_default();
            assert!(error.contains("expected an object"), "{text}: {error}");
        }
        assert!(read(r#"{"name": 1}"#).is_err());
    }
}
