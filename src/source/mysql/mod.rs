//! Reading a live server.

use tokio::sync::mpsc::Sender;

use super::Event;
use super::endpoint::Endpoint;

/// x
pub async fn read(_endpoint: &Endpoint, _events: Sender<Event>) {}
