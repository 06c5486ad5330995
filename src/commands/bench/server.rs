//! A child process that serves, and ends with us.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::commands::Failure;

pub struct Server {
    child: Child,
    pub address: SocketAddr,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// This program with other arguments; back when it answers at the address.
    pub fn start(arguments: &[&str], address: SocketAddr) -> Result<Self, Failure> {
        let program = std::env::current_exe()?;
        let child = Command::new(program)
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let mut server = Self { child, address };
        let begun = Instant::now();
        while TcpStream::connect(address).is_err() {
            // a world of a hundred thousand takes its time; a program that ended does not
            let is_over = server.child.try_wait()?.is_some();
            if is_over || begun.elapsed() > Duration::from_secs(3600) {
                return Err(Failure::failed("the server did not start"));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(server)
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }
}

pub fn free_address() -> Result<SocketAddr, Failure> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}
