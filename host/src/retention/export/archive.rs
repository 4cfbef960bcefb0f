//! A ZIP file that is sent while it is written: nothing of it touches the disk.

use std::io::{self, BufWriter, Write};

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// What the reader gets; an error breaks the connection, so that half a file is not taken for a whole one.
pub type Sent = Result<Bytes, io::Error>;

enum Part {
    File(String),
    Bytes(Bytes),
    End,
}

#[derive(Debug, thiserror::Error)]
#[error("the reader went away")]
pub struct Gone;

/// Where the files go, one after the other.
pub struct Archive {
    parts: mpsc::Sender<Part>,
    /// The last byte was taken.
    whole: oneshot::Receiver<()>,
}

impl Archive {
    /// What is put into the archive comes out of the receiver.
    pub fn new() -> (Self, mpsc::Receiver<Sent>) {
        let (parts, take) = mpsc::channel(8);
        let (give, sent) = mpsc::channel(8);
        let (done, whole) = oneshot::channel();
        tokio::task::spawn_blocking(move || match write(take, Outlet(give.clone())) {
            Ok(()) => _ = done.send(()),
            Err(error) => _ = give.blocking_send(Err(error)),
        });
        (Self { parts, whole }, sent)
    }

    /// What is written next belongs to this file.
    ///
    /// # Errors
    /// Nobody reads any more; so for all of these.
    pub async fn begin(&self, name: String) -> Result<(), Gone> {
        self.send(Part::File(name)).await
    }

    pub async fn write(&self, bytes: impl Into<Bytes>) -> Result<(), Gone> {
        self.send(Part::Bytes(bytes.into())).await
    }

    pub async fn file(&self, name: String, content: impl Into<Bytes>) -> Result<(), Gone> {
        self.begin(name).await?;
        self.write(content).await
    }

    /// All is there. Without this the archive is broken.
    pub async fn end(self) -> Result<(), Gone> {
        self.send(Part::End).await?;
        self.whole.await.map_err(|_| Gone)
    }

    async fn send(&self, part: Part) -> Result<(), Gone> {
        self.parts.send(part).await.map_err(|_| Gone)
    }
}

struct Outlet(mpsc::Sender<Sent>);

impl Write for Outlet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let part = Bytes::copy_from_slice(bytes);
        match self.0.blocking_send(Ok(part)) {
            Ok(()) => Ok(bytes.len()),
            Err(_) => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn write(mut parts: mpsc::Receiver<Part>, out: Outlet) -> io::Result<()> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .large_file(true);
    let mut zip = ZipWriter::new_stream(BufWriter::with_capacity(64 * 1024, out));
    while let Some(part) = parts.blocking_recv() {
        match part {
            Part::File(name) => zip.start_file(name, options)?,
            Part::Bytes(bytes) => zip.write_all(&bytes)?,
            Part::End => return zip.finish()?.into_inner().flush(),
        }
    }
    Err(io::Error::other("the export broke off"))
}
