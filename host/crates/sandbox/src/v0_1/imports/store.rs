//! `wasi:config/store` and `wasi:keyvalue/store` with the buckets `plugin`, `user` and `cache`.

use wasmtime::component::Resource;

use super::bindings::wasi::{
    config::store as config,
    keyvalue::store::{Error, Host, HostBucket, KeyResponse},
};
use crate::{Bucket, StoreError, guest::Connected};

/// Operations of one call.
const OPERATIONS: u32 = 10_000;
const KEY_BYTES: usize = 256;
const VALUE_BYTES: usize = 1 << 20;

impl config::Host for Connected {
    async fn get(&mut self, key: String) -> wasmtime::Result<Result<Option<String>, config::Error>> {
        let all = config::Host::get_all(self).await?;
        Ok(all.map(|pairs| pairs.into_iter().find(|(name, _)| *name == key).map(|(_, value)| value)))
    }

    async fn get_all(&mut self) -> wasmtime::Result<Result<Vec<(String, String)>, config::Error>> {
        if !self.grants.config {
            return Ok(Err(config::Error::Upstream("denied".into())));
        }
        Ok(Ok(self.outside.config().await))
    }
}

type Answer<T> = wasmtime::Result<Result<T, Error>>;

impl Host for Connected {
    async fn open(&mut self, identifier: String) -> Answer<Resource<Bucket>> {
        if !self.grants.keyvalue {
            return Ok(Err(Error::AccessDenied));
        }
        let bucket = match identifier.as_str() {
            "plugin" => Bucket::Plugin,
            "user" => Bucket::User,
            "cache" => Bucket::Cache,
            _ => return Ok(Err(Error::NoSuchStore)),
        };
        Ok(Ok(self.table.push(bucket)?))
    }
}

impl HostBucket for Connected {
    async fn get(&mut self, bucket: Resource<Bucket>, key: String) -> Answer<Option<Vec<u8>>> {
        let bucket = match self.operation(&bucket, &key, 0)? {
            Ok(bucket) => bucket,
            Err(error) => return Ok(Err(error)),
        };
        Ok(self.outside.kv_get(bucket, &key).await.map_err(error))
    }

    async fn set(&mut self, bucket: Resource<Bucket>, key: String, value: Vec<u8>) -> Answer<()> {
        let bucket = match self.operation(&bucket, &key, value.len())? {
            Ok(bucket) => bucket,
            Err(error) => return Ok(Err(error)),
        };
        Ok(self.outside.kv_set(bucket, &key, value).await.map_err(error))
    }

    async fn delete(&mut self, bucket: Resource<Bucket>, key: String) -> Answer<()> {
        let bucket = match self.operation(&bucket, &key, 0)? {
            Ok(bucket) => bucket,
            Err(error) => return Ok(Err(error)),
        };
        Ok(self.outside.kv_delete(bucket, &key).await.map_err(error))
    }

    async fn exists(&mut self, bucket: Resource<Bucket>, key: String) -> Answer<bool> {
        let bucket = match self.operation(&bucket, &key, 0)? {
            Ok(bucket) => bucket,
            Err(error) => return Ok(Err(error)),
        };
        Ok(self.outside.kv_exists(bucket, &key).await.map_err(error))
    }

    async fn list_keys(&mut self, bucket: Resource<Bucket>, cursor: Option<u64>) -> Answer<KeyResponse> {
        let bucket = match self.operation(&bucket, "any", 0)? {
            Ok(bucket) => bucket,
            Err(error) => return Ok(Err(error)),
        };
        let page = self.outside.kv_keys(bucket, cursor).await.map_err(error);
        Ok(page.map(|page| KeyResponse {
            keys: page.keys,
            cursor: page.cursor,
        }))
    }

    async fn drop(&mut self, bucket: Resource<Bucket>) -> wasmtime::Result<()> {
        self.table.delete(bucket)?;
        Ok(())
    }
}

impl Connected {
    /// Counts one operation and looks at its sizes. A handle that is none ends the call.
    fn operation(
        &mut self,
        bucket: &Resource<Bucket>,
        key: &str,
        value_bytes: usize,
    ) -> wasmtime::Result<Result<Bucket, Error>> {
        let bucket = *self.table.get(bucket)?;
        if self.used.store_operations >= OPERATIONS {
            return Ok(Err(Error::Other("too many operations in one call".into())));
        }
        self.used.store_operations += 1;
        if key.is_empty() || key.len() > KEY_BYTES {
            return Ok(Err(Error::Other(format!("a key has 1 to {KEY_BYTES} bytes"))));
        }
        if value_bytes > VALUE_BYTES {
            return Ok(Err(Error::Other(format!("a value has at most {VALUE_BYTES} bytes"))));
        }
        Ok(Ok(bucket))
    }
}

fn error(error: StoreError) -> Error {
    match error {
        StoreError::Denied => Error::AccessDenied,
        StoreError::Other(why) => Error::Other(why),
    }
}
