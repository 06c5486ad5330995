//! The one thread that draws. Pictures are drawn one after the other, so that the memory for one is
//! enough; always by the same thread, since the allocator keeps for each what it once used.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{LazyLock, mpsc};

use tokio::sync::oneshot;

use super::{DAMAGED, Photo, Squares};
use crate::db::start_thread;
use crate::error::{Error, Result};

/// What became of a file.
pub enum DrawnPhoto {
    Squares(Squares),
    /// With what to tell whoever chose it.
    Unusable(&'static str),
}

type Order = (Vec<u8>, oneshot::Sender<DrawnPhoto>);

static ORDERS: LazyLock<Result<mpsc::Sender<Order>>> = LazyLock::new(|| {
    let (orders, taken) = mpsc::channel::<Order>();
    let draw_all = move || {
        for (file, answer) in taken {
            // a decoder that stumbles must not end the thread
            let drawn = catch_unwind(AssertUnwindSafe(|| Photo::draw(&file)));
            drop(file);
            let drawn = match drawn.unwrap_or(Err(DAMAGED)) {
                Ok(squares) => DrawnPhoto::Squares(squares),
                Err(words) => DrawnPhoto::Unusable(words),
            };
            let _ = answer.send(drawn); // nobody may wait any more
        }
    };
    start_thread("drawing", draw_all)?;
    Ok(orders)
});

impl Photo {
    /// Draws the squares of an uploaded file, in turn with those of others.
    pub async fn draw_in_turn(file: Vec<u8>) -> Result<DrawnPhoto> {
        let (answer, drawn) = oneshot::channel();
        let orders = ORDERS.as_ref().map_err(Error::internal)?;
        orders.send((file, answer)).map_err(Error::internal)?;
        drawn.await.map_err(Error::internal)
    }
}
