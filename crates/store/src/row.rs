//! Parameters in, columns out: the typed edge between our words and the two databases.

use crate::Value;
use crate::engine::{Column, Found};
use crate::{Error, Result};
use model::id::Kind;
use model::{Date, Decimal, Id, Time};
use uuid::Uuid;

/// Something that can stand for `$n`.
pub trait Param {
    fn param(self) -> Value;
}

macro_rules! direct {
    ($($t:ty),*) => { $(impl Param for $t { fn param(self) -> Value { self.into() } }
        impl Param for Option<$t> { fn param(self) -> Value { self.into() } })* };
}
direct!(i64, bool, String, Vec<u8>, Uuid);

impl Param for &str {
    fn param(self) -> Value {
        self.to_owned().into()
    }
}
impl Param for &String {
    fn param(self) -> Value {
        self.clone().into()
    }
}
impl Param for Option<&str> {
    fn param(self) -> Value {
        self.map(str::to_owned).into()
    }
}
impl Param for &[u8] {
    fn param(self) -> Value {
        self.to_vec().into()
    }
}
impl Param for u32 {
    fn param(self) -> Value {
        i64::from(self).into()
    }
}
impl<K: Kind> Param for Id<K> {
    fn param(self) -> Value {
        self.uuid().into()
    }
}
impl<K: Kind> Param for Option<Id<K>> {
    fn param(self) -> Value {
        self.map(|i| i.uuid()).into()
    }
}
impl Param for Time {
    fn param(self) -> Value {
        self.0.into()
    }
}
impl Param for Option<Time> {
    fn param(self) -> Value {
        self.map(|t| t.0).into()
    }
}
impl Param for Date {
    fn param(self) -> Value {
        self.to_string().into()
    }
}
impl Param for Option<Date> {
    fn param(self) -> Value {
        self.map(|d| d.to_string()).into()
    }
}
impl Param for Decimal {
    fn param(self) -> Value {
        self.to_string().into()
    }
}
impl Param for Option<Decimal> {
    fn param(self) -> Value {
        self.map(|d| d.to_string()).into()
    }
}

/// `params![a, b, c]`: the values of `$1`, `$2`, `$3`.
#[macro_export]
macro_rules! params {
    ($($v:expr),* $(,)?) => { vec![$($crate::Param::param($v)),*] };
}

/// One row of an answer. A column that cannot be read is an error that names it, never a default.
pub struct Row(pub(crate) Found);

impl Row {
    fn get<T: Column>(&self, column: &'static str) -> Result<T> {
        self.0.get(column).map_err(|e| {
            tracing::error!(column, error = %e, "unreadable column");
            Error::Unreadable(column)
        })
    }
    pub fn id<K: Kind>(&self, c: &'static str) -> Result<Id<K>> {
        Ok(Id::from_uuid(self.get::<Uuid>(c)?))
    }
    pub fn opt_id<K: Kind>(&self, c: &'static str) -> Result<Option<Id<K>>> {
        Ok(self.get::<Option<Uuid>>(c)?.map(Id::from_uuid))
    }
    pub fn text(&self, c: &'static str) -> Result<String> {
        self.get(c)
    }
    pub fn opt_text(&self, c: &'static str) -> Result<Option<String>> {
        self.get(c)
    }
    pub fn int(&self, c: &'static str) -> Result<i64> {
        self.get(c)
    }
    pub fn opt_int(&self, c: &'static str) -> Result<Option<i64>> {
        self.get(c)
    }
    pub fn flag(&self, c: &'static str) -> Result<bool> {
        self.get(c)
    }
    pub fn bytes(&self, c: &'static str) -> Result<Vec<u8>> {
        self.get(c)
    }
    pub fn opt_bytes(&self, c: &'static str) -> Result<Option<Vec<u8>>> {
        self.get(c)
    }
    pub fn time(&self, c: &'static str) -> Result<Time> {
        self.get(c).map(Time)
    }
    pub fn opt_time(&self, c: &'static str) -> Result<Option<Time>> {
        Ok(self.get::<Option<i64>>(c)?.map(Time))
    }
    pub fn opt_date(&self, c: &'static str) -> Result<Option<Date>> {
        match self.get::<Option<String>>(c)? {
            None => Ok(None),
            Some(t) => t.parse().map(Some).map_err(|_| Error::Unreadable(c)),
        }
    }
    pub fn opt_decimal(&self, c: &'static str) -> Result<Option<Decimal>> {
        match self.get::<Option<String>>(c)? {
            None => Ok(None),
            Some(t) => model::money::decimal(&t).map(Some).ok_or(Error::Unreadable(c)),
        }
    }
    /// A column that holds JSON of a known shape.
    pub fn json<T: serde::de::DeserializeOwned>(&self, c: &'static str) -> Result<T> {
        serde_json::from_str(&self.get::<String>(c)?).map_err(|e| {
            tracing::error!(column = c, error = %e, "unreadable JSON");
            Error::Unreadable(c)
        })
    }
    /// A column that holds one word of a closed list.
    pub fn word<T>(&self, c: &'static str, read: impl Fn(&str) -> Option<T>) -> Result<T> {
        read(&self.get::<String>(c)?).ok_or(Error::Unreadable(c))
    }
}

/// Our own values as JSON text; they always serialise.
pub fn to_json<T: serde::Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|_| Error::Unreadable("value to write"))
}
