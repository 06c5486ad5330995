//! `footing serve` and `footing worker`.

use std::net::TcpListener;
use std::sync::atomic::Ordering;
use std::time::Duration;

use actix_http::{HttpService, Protocol};
use actix_service::{IntoServiceFactory, ServiceFactoryExt, map_config};
use actix_web::dev::{AppConfig, Server, ServerHandle, fn_service};
use actix_web::rt::net::TcpStream;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::lock::ServerLock;
use super::{Failure, Outcome, bring_up_to_date, open, tell};
use crate::admin::handlers::probes::Draining;
use crate::config::Config;
use crate::jobs::Runner;
use crate::live::{End, Live};
use crate::messaging::Connection;
use crate::messaging::node::Rounds;
use crate::routes::{WorkerContext, application};
use crate::site::Site;
use crate::web::forget_unnamed_proxy;
use crate::web::watched_stream::{self, SILENCE, WatchedStream};
use crate::work::work;

#[derive(clap::Args)]
pub struct ServeOptions {
    /// Leave the jobs to `footing worker`
    #[arg(long)]
    no_worker: bool,
}

pub async fn run(config: Config, options: ServeOptions) -> Outcome {
    let lock = ServerLock::take(&config)?;
    if config.is_sqlite() {
        bring_up_to_date(&config)?;
    }
    let site = open(config).await?;
    serve(site, lock, !options.no_worker).await
}

/// Serves until a signal, then finishes what was begun, for at most ten seconds.
pub async fn serve(site: Site, lock: ServerLock, with_worker: bool) -> Outcome {
    let listen = site.config.listen;
    let listener = bind(listen)
        .map_err(|error| Failure::failed(format!("cannot listen on {listen}: {error}")))?;
    forget_unnamed_proxy(&site.db).await?;
    let (say, told) = watch::channel(false);
    let rounds = Rounds::begin(site.db.clone(), site.live.clone()).await?.run(told.clone());
    let draining = Draining::default();
    let parts = WorkerContext::new(site.clone(), work().schedule().clone(), draining.clone());
    let server = server(listener, parts, site.config.workers)?;
    tell(&format!("Footing is at {}", site.config.base_url()));
    tracing::info!(address = site.config.base_url(), "serving");
    let stopping = stop_on_signal(Some((server.handle(), site.live.clone())), draining, say);
    let jobs = background(&site, with_worker, told.clone());
    // signals first: whoever was answered may ask for a stop
    let all = async { tokio::join!(biased; stopping, server, jobs, rounds).1 };
    let served = tokio::select! {
        served = all => served,
        () = too_long(told) => Ok(()),
    };
    let node = site.live.hub().node();
    let leaving = site.db.write(move |conn, _| Connection::leave(conn, node));
    // whoever is silent now is not waited for: the rows of a node end with their lease
    if !matches!(tokio::time::timeout(LAST_WORD, leaving).await, Ok(Ok(()))) {
        tracing::warn!("the rows of this node's sockets stay until their lease ends");
    }
    site.config.clock.save()?;
    drop(lock);
    Ok(served?)
}

/// Longest from the word to stop until everything is dropped that did not end by itself.
const TIMEOUT: Duration = Duration::from_millis(9_000);
const LAST_WORD: Duration = Duration::from_millis(500);

async fn too_long(mut told: watch::Receiver<bool>) {
    let _ = told.wait_for(|stop| *stop).await;
    tokio::time::sleep(TIMEOUT).await;
    tracing::warn!("what did not end in time is dropped");
}

/// What `HttpServer` would build, but over streams that are watched.
fn server(listener: TcpListener, parts: WorkerContext, workers: usize) -> std::io::Result<Server> {
    let builder = Server::build();
    let stopping = builder.graceful_shutdown_signal();
    let service = move || {
        let stopping = stopping.clone();
        let app = application(&parts).into_factory().map_err(|error| error.error_response());
        let http = HttpService::build()
            .keep_alive(SILENCE)
            .client_request_timeout(Duration::from_secs(10))
            // what waits for a reader who does not read; many of them must not fill the memory
            .h1_write_buffer_size(16 * 1024)
            // also how long a socket that was closed waits for the other side to hang up
            .client_disconnect_timeout(Duration::from_secs(1))
            // then those that only wait for another request are closed
            .graceful_shutdown_signal(move || {
                let stopping = stopping.clone();
                async move { stopping.notified().await }
            })
            .finish(map_config(app, |()| AppConfig::default()));
        fn_service(async |stream: TcpStream| {
            let _ = stream.set_nodelay(true); // at worst it is slower
            let from = stream.peer_addr().ok();
            Ok((WatchedStream::new(stream), Protocol::Http1, from))
        })
        .and_then(http)
    };
    let server = builder
        .workers(workers)
        .max_concurrent_connections(10_000)
        .shutdown_timeout(7)
        .disable_signals()
        .listen("footing", listener, service)?;
    Ok(server.run())
}

/// A long queue of connections: a rush must wait there, not be refused.
fn bind(listen: std::net::SocketAddr) -> std::io::Result<TcpListener> {
    let socket =
        socket2::Socket::new(socket2::Domain::for_address(listen), socket2::Type::STREAM, None)?;
    socket.set_reuse_address(true)?;
    watched_stream::prepare(&socket)?;
    socket.bind(&listen.into())?;
    socket.listen(4096)?;
    Ok(socket.into())
}

/// `footing worker`: the jobs alone.
pub async fn work_only(config: Config) -> Outcome {
    let site = open(config).await?;
    let (say, told) = watch::channel(false);
    let stopping = stop_on_signal(None, Draining::default(), say);
    let all = async { tokio::join!(stopping, background(&site, true, told.clone())) };
    tokio::select! { _ = all => {}, () = too_long(told.clone()) => {} }
    site.config.clock.save()?;
    Ok(())
}

/// The jobs, and the mark of the clock every ten seconds.
async fn background(site: &Site, with_worker: bool, told: watch::Receiver<bool>) {
    let mut stop = told.clone();
    let marks = async {
        while !*stop.borrow() {
            let pause = Duration::from_secs(10);
            let _ = tokio::time::timeout(pause, stop.wait_for(|stop| *stop)).await;
            if let Err(error) = site.config.clock.save() {
                tracing::warn!(cause = ?error, "the mark of the clock was not saved");
            }
        }
    };
    if with_worker {
        let runner = Runner::new(work(), site.clone(), site.db.clone());
        tokio::join!(marks, runner.run(told));
    } else {
        marks.await;
    }
}

/// The first signal drains; the second ends at once with 1.
async fn stop_on_signal(
    server: Option<(ServerHandle, Live)>,
    draining: Draining,
    say: watch::Sender<bool>,
) {
    wait_for_signal().await;
    tracing::info!("stopping");
    draining.0.store(true, Ordering::SeqCst);
    let _ = say.send(true);
    let Some((server, live)) = server else { return };
    let last = async {
        close_sockets(&live).await;
        server.stop(true).await;
    };
    let second = async {
        wait_for_signal().await;
        std::process::exit(1);
    };
    tokio::select! { () = last => {}, () = second => {} }
}

/// Spread over a second, so that all pages do not come back at once.
async fn close_sockets(live: &Live) {
    const STEPS: i64 = 10;
    for step in 0..STEPS {
        if live.hub().sockets() == 0 {
            return;
        }
        live.hub().end_all(End::Stopping, |person| person.rem_euclid(STEPS) == step);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn wait_for_signal() {
    let (Ok(mut term), Ok(mut int)) =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return std::future::pending().await;
    };
    tokio::select! { _ = term.recv() => {}, _ = int.recv() => {} }
}
