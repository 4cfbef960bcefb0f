//! What this process does with what the others tell, and what it takes over from those that are gone.

use std::sync::Arc;

use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::chat;
use crate::hosts::{News, Topic};
use crate::jobs::worker;
use crate::knowledge::KnowledgeError;

pub async fn of_others(app: Arc<App>, stop: CancellationToken) {
    let news = app.hosts.subscribe();
    tokio::join!(
        app.hosts.follow(&app.egress, &stop, || take_over(&app)),
        stop.run_until_cancelled(heed(&app, news)),
    );
}

async fn take_over(app: &Arc<App>) {
    let taken = async {
        worker::release(app).await?;
        chat::resume_interrupted(app).await
    };
    if let Err(error) = taken.await {
        tracing::error!(%error, "what a process that is gone has left could not be taken over");
    }
}

async fn heed(app: &App, mut news: Receiver<News>) {
    loop {
        let done = match news.recv().await {
            Ok(News { topic, key }) => match topic {
                Topic::Document => app.knowledge.index_document(&key).await,
                Topic::Readers => app.knowledge.index_readers(&key).await,
                Topic::Stop => {
                    app.running.stop(&key);
                    Ok(())
                }
            },
            // More than could be kept: SQL has all of it.
            Err(RecvError::Lagged(_)) => app.knowledge.rebuild().await.map(|_| ()),
            Err(RecvError::Closed) => return,
        };
        if let Err(error) = done {
            report(&error);
        }
    }
}

fn report(error: &KnowledgeError) {
    tracing::error!(%error, "the search index could not follow a change by another host");
}
