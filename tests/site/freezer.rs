//! A way to a server that can be frozen: connections stay open, and nothing passes any more.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

#[derive(Clone)]
pub struct Freezer {
    pub address: SocketAddr,
    is_frozen: Arc<AtomicBool>,
}

impl Freezer {
    /// Passes on what comes to this address.
    pub fn to(upstream: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let freezer = Self { address: listener.local_addr().unwrap(), is_frozen: Arc::default() };
        let own = freezer.clone();
        start(move || {
            for near in listener.incoming().map_while(Result::ok) {
                let Ok(far) = TcpStream::connect(upstream) else { continue };
                for (from, to) in [(&near, &far), (&far, &near)] {
                    let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
                    let own = own.clone();
                    start(move || own.pass(from, to));
                }
            }
        });
        freezer
    }

    pub fn freeze(&self) {
        self.is_frozen.store(true, Ordering::SeqCst);
    }

    pub fn thaw(&self) {
        self.is_frozen.store(false, Ordering::SeqCst);
    }

    fn pass(&self, mut from: TcpStream, mut to: TcpStream) {
        let mut buffer = [0; 16 * 1024];
        while let Ok(count @ 1..) = from.read(&mut buffer) {
            while self.is_frozen.load(Ordering::SeqCst) {
                thread::sleep(Duration::from_millis(20));
            }
            if to.write_all(&buffer[..count]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(std::net::Shutdown::Both);
        let _ = from.shutdown(std::net::Shutdown::Both);
    }
}

fn start(body: impl FnOnce() + Send + 'static) {
    thread::Builder::new().spawn(body).unwrap();
}
