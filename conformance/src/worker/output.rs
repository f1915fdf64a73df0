//! The stream of a worker's answers, onto which several threads write.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use super::protocol::Answer;

/// A shared stream of answers; each is written and flushed as a whole.
#[derive(Clone)]
pub(super) struct Output {
    stream: Arc<Mutex<dyn Write + Send>>,
}

impl Output {
    pub(super) fn new(stream: impl Write + Send + 'static) -> Self {
        Output { stream: Arc::new(Mutex::new(stream)) }
    }

    pub(super) fn send(&self, answer: &Answer) -> io::Result<()> {
        let mut line = serde_json::to_vec(answer)?;
        line.push(b'\n');
        let mut stream = self.stream.lock().unwrap_or_else(PoisonError::into_inner);
        stream.write_all(&line)?;
        stream.flush()
    }
}
