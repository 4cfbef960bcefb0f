//! Where a page of a list begins that shows the newest first: behind a time and, of those at that time, an id. Other numbers
//! that a list is in the order of stand in place of the time.

use serde::Deserialize;

use crate::edge::problem::Problem;

/// Which page of a list is asked for.
#[derive(Deserialize, utoipa::IntoParams)]
pub struct Behind {
    /// `next` of the page before.
    #[serde(default)]
    pub after: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Unix milliseconds, of a list by time.
    pub time: i64,
    pub id: String,
}

impl Cursor {
    /// From the `next` of an earlier page; without one, before the whole list.
    ///
    /// # Errors
    /// 400 for what no page gave.
    pub fn read(after: Option<&str>) -> Result<Self, Problem> {
        let Some(text) = after else {
            return Ok(Self {
                time: i64::MAX,
                id: String::new(),
            });
        };
        Self::parse(text).ok_or_else(|| Problem::bad_request("`after` is the `next` of an earlier page."))
    }

    /// As [`Cursor::read`], for a list that may begin with the lowest instead.
    ///
    /// # Errors
    /// As [`Cursor::read`].
    pub fn read_in(after: Option<&str>, ascending: bool) -> Result<Self, Problem> {
        if after.is_none() && ascending {
            return Ok(Self {
                time: i64::MIN,
                id: String::new(),
            });
        }
        Self::read(after)
    }

    fn parse(text: &str) -> Option<Self> {
        let (time, id) = text.split_once('.')?;
        Some(Self {
            time: time.parse().ok()?,
            id: id.to_owned(),
        })
    }

    /// As it stands in an address.
    pub fn text(&self) -> String {
        format!("{}.{}", self.time, self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_it_was_written() {
        let cursor = Cursor {
            time: 1_700_000_000_000,
            id: "a-b".to_owned(),
        };
        assert_eq!(Cursor::parse(&cursor.text()), Some(cursor));
        for wrong in ["", "a.b", "12", "x"] {
            assert_eq!(Cursor::parse(wrong), None, "{wrong}");
        }
    }
}
