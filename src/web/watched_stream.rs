//! A connection to a browser. Who does not read what was sent is cut off; who only reads slowly is
//! not. Nothing above sees whether bytes that were written move.

use std::io::{Error, ErrorKind, IoSlice, Result};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::rt::net::TcpStream;
use actix_web::rt::time::{Sleep, sleep};
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A connection on which nothing moves for so long is cut off.
pub const SILENCE: Duration = Duration::from_secs(15);

/// So many bytes at most wait in the system to be sent. Without this it takes millions at once, and
/// nobody sees for minutes whether they go out; a slow reader would look like one who has gone.
#[cfg(target_os = "linux")]
const UNSENT: u32 = 16 * 1024;

/// Prepares a socket that listens; what is accepted from it inherits this. Where the system cannot
/// say what is unsent, who reads slower than its buffers are long is cut off too.
pub fn prepare(socket: &socket2::Socket) -> Result<()> {
    #[cfg(target_os = "linux")]
    socket.set_tcp_notsent_lowat(UNSENT)?;
    let _ = socket;
    Ok(())
}

pub struct WatchedStream {
    stream: TcpStream,
    /// Since a write had to wait.
    stalled: Option<Pin<Box<Sleep>>>,
}

impl WatchedStream {
    pub fn new(stream: TcpStream) -> Self {
        Self { stream, stalled: None }
    }

    /// Passes on what a write came to, unless the other side has not moved for too long.
    fn watched(
        &mut self,
        context: &mut Context<'_>,
        wrote: Poll<Result<usize>>,
    ) -> Poll<Result<usize>> {
        if wrote.is_ready() {
            self.stalled = None;
            return wrote;
        }
        let timer = self.stalled.get_or_insert_with(|| Box::pin(sleep(SILENCE)));
        if timer.as_mut().poll(context).is_pending() {
            return Poll::Pending;
        }
        // closes at once: the system must not go on offering what nobody reads
        let _ = SockRef::from(&self.stream).set_linger(Some(Duration::ZERO));
        Poll::Ready(Err(Error::from(ErrorKind::TimedOut)))
    }
}

impl AsyncRead for WatchedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for WatchedStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize>> {
        let wrote = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.watched(context, wrote)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        let wrote = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.watched(context, wrote)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
