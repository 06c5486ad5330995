//! The smallest program that does the same physical work: one durable row a message, and a frame of
//! the same text to the sockets that follow the conversation. No session, no checks, no markup.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use actix_web::web::{Bytes, Data, Payload};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};

use crate::commands::bench::bare;
use crate::commands::{Failure, Outcome};
use crate::db::Db;

#[derive(clap::Args)]
pub struct BareBenchOptions {
    #[arg(long)]
    at: SocketAddr,
    #[arg(long)]
    url: String,
}

struct BareChat {
    db: Db,
    sockets: Mutex<HashMap<String, Vec<actix_ws::Session>>>,
    rows: AtomicUsize,
}

async fn connect(
    request: HttpRequest,
    payload: Payload,
    bare: Data<BareChat>,
) -> Result<HttpResponse, actix_web::Error> {
    let (response, session, mut stream) = actix_ws::handle(&request, payload)?;
    let conversation = request.query_string().strip_prefix("conv=").unwrap_or("").to_owned();
    let mut sockets = bare.sockets.lock().unwrap_or_else(PoisonError::into_inner);
    sockets.entry(conversation).or_default().push(session);
    crate::live::spawn(async move { while stream.recv().await.is_some() {} });
    Ok(response)
}

async fn send(request: HttpRequest, body: Bytes, bare: Data<BareChat>) -> HttpResponse {
    let row = bare.rows.fetch_add(1, Ordering::Relaxed);
    if bare::write(&bare.db, row, &[800]).await.is_err() {
        return HttpResponse::ServiceUnavailable().finish();
    }
    let conversation = request.headers().get("x-conversation").and_then(|name| name.to_str().ok());
    let open: Vec<actix_ws::Session> = {
        let sockets = bare.sockets.lock().unwrap_or_else(PoisonError::into_inner);
        sockets.get(conversation.unwrap_or("")).cloned().unwrap_or_default()
    };
    let text = format!("x{}", String::from_utf8_lossy(&body));
    for mut session in open {
        let _ = session.text(text.clone()).await;
    }
    HttpResponse::Created().finish()
}

pub async fn run(options: BareBenchOptions) -> Outcome {
    let folder = std::env::temp_dir();
    let clock = crate::clock::Clock::system(&folder);
    let db = Db::open(&options.url, 2, clock)?;
    // made anew for each step
    let _ = db.write(|conn, _| bare::drop(conn)).await;
    db.write(|conn, _| bare::make(conn)).await?;
    let bare = Data::new(BareChat { db, sockets: Mutex::default(), rows: AtomicUsize::new(1) });
    HttpServer::new(move || {
        App::new()
            .app_data(bare.clone())
            .route("/ws", web::get().to(connect))
            .route("/send_message", web::post().to(send))
    })
    .workers(crate::config::cores())
    .tcp_nodelay(true)
    .bind(options.at)?
    .run()
    .await
    .map_err(Failure::from)
}
