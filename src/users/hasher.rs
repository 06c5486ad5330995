//! Password hashes, made and compared on a few threads of their own.
//!
//! Each thread keeps the memory that Argon2 fills, 19 MiB, and uses it again: asked for anew with every
//! sign-in, it would stay with the allocator of whichever thread asked. As many threads as cores, so
//! that a rush of sign-ins leaves pages their share; what waits is bounded.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use crossbeam_channel::{Receiver, Sender, TrySendError};
use tokio::sync::oneshot;

use super::Password;
use crate::config::cores;
use crate::db::start_thread;
use crate::error::{Error, Result};
use crate::seal;

/// Argon2id, 19 MiB, two passes, one lane (OWASP Password Storage Cheat Sheet).
const MEMORY: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// How many may wait: at 20 ms each this is about a second on two cores.
const QUEUE: usize = 100;

type Memory = Vec<Block>;
type HashTask = Box<dyn FnOnce(&mut Memory) + Send>;

/// The way to the threads. Cheap to clone.
#[derive(Clone)]
pub struct Hasher {
    queue: Sender<HashTask>,
    /// Stands in for the hash of an account that is not there, so that both take as long.
    nobody: std::sync::Arc<str>,
}

impl Hasher {
    pub fn new() -> Result<Self> {
        let (queue, tasks) = crossbeam_channel::bounded(QUEUE);
        for _ in 0..cores() {
            start(tasks.clone())?;
        }
        let nobody = hash(&mut Memory::new(), "nobody has this password")?;
        Ok(Self { queue, nobody: nobody.into() })
    }

    pub async fn hash(&self, password: Password) -> Result<String> {
        self.run(move |memory| hash(memory, &password.0)).await
    }

    /// Compares with the stored hash, or with nobody's at the same cost.
    pub async fn matches(&self, typed: Option<Password>, stored: Option<&str>) -> Result<bool> {
        let is_known = stored.is_some() && typed.is_some();
        let stored = stored.unwrap_or(&self.nobody).to_owned();
        self.run(move |memory| {
            let text = typed.as_ref().map_or("", |typed| typed.0.as_str());
            Ok(is_hash_of(memory, &stored, text)? && is_known)
        })
        .await
    }

    /// Whether a stored hash was made with weaker parameters than today's.
    pub fn is_outdated(stored: &str) -> bool {
        !stored.starts_with(&head())
    }

    /// # Errors
    /// [`Error::Busy`] when too many wait.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Memory) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (tell, told) = oneshot::channel();
        let task: HashTask = Box::new(move |memory| {
            // whoever asked may have left meanwhile, and then nothing is worth hashing
            if !tell.is_closed() {
                let _ = tell.send(work(memory));
            }
        });
        match self.queue.try_send(task) {
            Ok(()) => told.await.map_err(Error::internal)?,
            Err(TrySendError::Full(_)) => Err(Error::Busy),
            Err(TrySendError::Disconnected(_)) => Err(Error::internal("no thread hashes")),
        }
    }
}

/// Ends when the last way to it is gone.
fn start(tasks: Receiver<HashTask>) -> Result<()> {
    let body = move || {
        let mut memory = Memory::new();
        while let Ok(task) = tasks.recv() {
            task(&mut memory);
        }
    };
    start_thread("hasher", body)
}

/// What every hash of today begins with.
fn head() -> String {
    format!("$argon2id$v=19$m={MEMORY},t={PASSES},p={LANES}$")
}

/// In the PHC string format.
fn hash(memory: &mut Memory, password: &str) -> Result<String> {
    let params = Params::new(MEMORY, PASSES, LANES, None).map_err(Error::internal)?;
    let salt = seal::random::<16>();
    let hash = digest(memory, (Algorithm::Argon2id, Version::V0x13, params), password, &salt)?;
    Ok(format!("{}{}${}", head(), STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(hash)))
}

/// Also for hashes of other parameters, such as weaker ones of before.
fn is_hash_of(memory: &mut Memory, stored: &str, password: &str) -> Result<bool> {
    use subtle::ConstantTimeEq;
    let parsed = PasswordHash::new(stored).map_err(Error::internal)?;
    let (Some(salt), Some(hash)) = (&parsed.salt, &parsed.hash) else {
        return Err(Error::internal("a stored hash without salt or hash"));
    };
    let algorithm = Algorithm::try_from(parsed.algorithm.as_str()).map_err(Error::internal)?;
    let version = parsed.version.map_or(Ok(Version::V0x13), Version::try_from);
    let version = version.map_err(Error::internal)?;
    let params = Params::try_from(&parsed).map_err(Error::internal)?;
    let made = digest(memory, (algorithm, version, params), password, salt.as_ref())?;
    Ok(made.ct_eq(hash.as_ref()).into())
}

fn digest(
    memory: &mut Memory,
    (algorithm, version, params): (Algorithm, Version, Params),
    password: &str,
    salt: &[u8],
) -> Result<Vec<u8>> {
    let mut out = vec![0; params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN)];
    if memory.len() < params.block_count() {
        memory.resize(params.block_count(), Block::default());
    }
    Argon2::new(algorithm, version, params)
        .hash_password_into_with_memory(password.as_bytes(), salt, &mut out, memory)
        .map_err(Error::internal)?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_matches_its_own_hash_only_and_nobody_matches_nobody() {
        let hasher = Hasher::new().unwrap();
        let stored = hasher.hash(Password("four unrelated words".into())).await.unwrap();
        assert!(!Hasher::is_outdated(&stored));
        let typed = |text: &str| Password::typed(text);
        assert!(hasher.matches(typed("four unrelated words"), Some(&stored)).await.unwrap());
        assert!(!hasher.matches(typed("four unrelated word"), Some(&stored)).await.unwrap());
        assert!(!hasher.matches(typed("nobody has this password"), None).await.unwrap());
    }

    #[test]
    fn a_hash_that_another_program_made_is_known_and_known_to_be_weaker() {
        // by the reference implementation: `echo -n password | argon2 somesalt -id -m 12 -t 3 -p 1`
        let stored = "$argon2id$v=19$m=4096,t=3,p=1$c29tZXNhbHQ$\
                      qLml5cbqFAO6YxVHhrSBHP0UWdxrIxkNcM8aMX3blzU";
        let mut memory = Memory::new();
        assert!(is_hash_of(&mut memory, stored, "password").unwrap());
        assert!(Hasher::is_outdated(stored));
        assert!(!is_hash_of(&mut memory, stored, "passwords").unwrap());
    }
}
