
/// Held for as long as a run works in the workspace; the system lets go of it when the process ends.
#[derive(Debug)]
pub struct RunLock(#[expect(dead_code, reason = "the lock lives as long as the open file")] File);

impl Workspace {
    /// Takes the workspace for one run; nothing when another process has it.
    pub fn lock(&self) -> Result<Option<RunLock>, WorkspaceError> {
        const ACTION: &str = "lock";
        let path = self.state_dir()?.join(LOCK_FILE);
        let failed = |error: &std::io::Error| WorkspaceError::io(ACTION, &path, error);
        let file = File::options().create(true).append(true).open(&path).map_err(|e| failed(&e))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(RunLock(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(failed(&error)),
        }
    }
}
