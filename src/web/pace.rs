//! A body must move: whoever sends nothing for a while, or next to nothing, must not hold a place.
//! Being slow is no fault: a phone in a train may take minutes.

use std::io::{Error, ErrorKind};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::rt::time::{Instant, Sleep, sleep_until};
use actix_web::web::Bytes;
use futures_util::stream::{Stream, StreamExt};

struct TransferPace {
    /// So long no byte may come.
    silence: Duration,
    /// So many bytes a second must come, once that time is used up.
    least: u32,
}

const PACE: TransferPace = TransferPace { silence: Duration::from_secs(15), least: 1024 };

pub(super) const TOO_SLOW: &str = "That took too long to arrive. Send it again.";

/// The body; it ends with an error when its sender no longer moves.
pub(super) fn timely(payload: &mut Payload) -> Payload {
    Payload::Stream { payload: Box::pin(Moving::new(payload.take(), PACE)) }
}

pub(super) fn is_too_slow(error: &PayloadError) -> bool {
    matches!(error, PayloadError::Io(cause) if cause.kind() == ErrorKind::TimedOut)
}

struct Moving {
    body: Payload,
    pace: TransferPace,
    bytes: u32,
    /// How long the sender let us wait. What we took to write the bytes down is not its fault.
    waited: Duration,
    waiting_since: Option<Instant>,
    timer: Pin<Box<Sleep>>,
}

impl Moving {
    fn new(body: Payload, pace: TransferPace) -> Self {
        let timer = Box::pin(sleep_until(Instant::now()));
        Self { body, pace, bytes: 0, waited: Duration::ZERO, waiting_since: None, timer }
    }

    /// How long the sender may let us wait now.
    fn patience(&self) -> Duration {
        let TransferPace { silence, least } = self.pace;
        let earned = silence + Duration::from_secs(1) * self.bytes / least;
        silence.min(earned.saturating_sub(self.waited))
    }
}

impl Stream for Moving {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Poll::Ready(next) = self.body.poll_next_unpin(context) {
            if let Some(since) = self.waiting_since.take() {
                self.waited += since.elapsed();
            }
            if let Some(Ok(bytes)) = &next {
                let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
                self.bytes = self.bytes.saturating_add(length);
            }
            return Poll::Ready(next);
        }
        if self.waiting_since.is_none() {
            let now = Instant::now();
            let end = now + self.patience();
            self.waiting_since = Some(now);
            self.timer.as_mut().reset(end);
        }
        let slow = || Some(Err(PayloadError::Io(Error::from(ErrorKind::TimedOut))));
        self.timer.as_mut().poll(context).map(|()| slow())
    }
}

#[cfg(test)]
mod tests {
    use futures_util::stream;

    use super::*;

    /// What is read of a body whose pieces of so many bytes come after so many milliseconds each, at
    /// a pace a hundred times as fast as the real one.
    async fn read(pieces: &[(usize, u64)]) -> Result<usize, PayloadError> {
        let sent = stream::iter(pieces.to_vec()).then(|(length, pause)| async move {
            tokio::time::sleep(Duration::from_millis(pause)).await;
            Ok(Bytes::from(vec![7; length]))
        });
        let pace = TransferPace { silence: Duration::from_millis(150), least: 102_400 };
        let mut body = Moving::new(Payload::Stream { payload: Box::pin(sent) }, pace);
        let mut length = 0;
        while let Some(piece) = body.next().await {
            length += piece?.len();
        }
        Ok(length)
    }

    #[tokio::test]
    async fn a_slow_body_is_read_to_its_end_and_one_that_stands_still_is_not() {
        assert_eq!(read(&[(2500, 10); 50]).await.unwrap(), 125_000);
        assert_eq!(read(&[(15_000, 75); 6]).await.unwrap(), 90_000);
        let stands = read(&[(500_000, 1), (1, 1000)]).await;
        assert!(is_too_slow(&stands.unwrap_err()));
    }

    #[tokio::test]
    async fn a_body_that_drips_is_cut_off() {
        assert!(is_too_slow(&read(&[(1, 10); 100]).await.unwrap_err()));
        assert!(is_too_slow(&read(&[(200, 10); 1000]).await.unwrap_err()));
    }
}
