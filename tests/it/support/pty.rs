//! A program in a real pseudo-terminal.

use std::io::{Read, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::program::environment;
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// How long anything may take on a machine that is busy with other tests.
const PATIENCE: Duration = Duration::from_secs(30);

/// A program in a terminal of its own.
pub struct Pty {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    screen: Arc<Mutex<vt100::Parser>>,
    /// How the terminal was set before the program started.
    settings: String,
    written: Arc<Mutex<Vec<u8>>>,
    is_read: Arc<AtomicBool>,
}

impl Pty {
    /// Starts a program in a terminal of that many columns and lines.
    pub fn start(program: &Path, arguments: &[&str], columns: u16, lines: u16) -> Self {
        Self::start_on("", program, arguments, columns, lines)
    }

    /// As [`Self::start`], with the endpoint in its environment, where a password belongs.
    pub fn start_on(
        endpoint: &str,
        program: &Path,
        arguments: &[&str],
        columns: u16,
        lines: u16,
    ) -> Self {
        let size = PtySize { rows: lines, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a pseudo-terminal");
        let settings = settings(&*pair.master);
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        // Without one it would be the home, which is made up below: a real one may hold `.my.cnf`.
        command.cwd(env!("CARGO_MANIFEST_DIR"));
        command.env_clear();
        for (name, value) in environment() {
            command.env(name, value);
        }
        command.env("TERM", "xterm-256color");
        // An empty one counts as none.
        command.env("KINESCOPE_ENDPOINT", endpoint);
        let child = pair.slave.spawn_command(command).expect("the program starts");
        // Reading ends once the program's side of the terminal is closed, here as well.
        drop(pair.slave);
        let screen = Arc::new(Mutex::new(vt100::Parser::new(lines, columns, 0)));
        let mut reader = pair.master.try_clone_reader().expect("the terminal's output");
        let written = Arc::default();
        let (seen, kept) = (Arc::clone(&screen), Arc::<Mutex<Vec<u8>>>::clone(&written));
        let is_read = Arc::new(AtomicBool::new(true));
        let reads = Arc::clone(&is_read);
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(length @ 1..) = reader.read(&mut bytes) {
                while !reads.load(Relaxed) {
                    std::thread::sleep(Duration::from_millis(10));
                }
                kept.lock().expect("the bytes").extend(&bytes[..length]);
                seen.lock().expect("the screen").process(&bytes[..length]);
            }
        });
        let writer = pair.master.take_writer().expect("the terminal's input");
        Self { child, master: pair.master, writer, screen, settings, written, is_read }
    }

    /// Types.
    pub fn press(&mut self, keys: &str) -> &mut Self {
        self.writer.write_all(keys.as_bytes()).expect("the program takes input");
        self.writer.flush().expect("the program takes input");
        self
    }

    /// Waits until the screen shows a text.
    #[track_caller]
    pub fn wait_for(&self, text: &str) -> &Self {
        self.wait_until(text, |screen| screen.contents().contains(text));
        self
    }

    /// Waits until the screen shows a text no more.
    #[track_caller]
    pub fn wait_until_gone(&self, text: &str) -> &Self {
        self.wait_until(text, |screen| !screen.contents().contains(text));
        self
    }

    /// Makes the terminal larger or smaller.
    pub fn resize(&self, columns: u16, lines: u16) {
        self.screen.lock().expect("the screen").screen_mut().set_size(lines, columns);
        let size = PtySize { rows: lines, cols: columns, pixel_width: 0, pixel_height: 0 };
        self.master.resize(size).expect("the terminal is resized");
    }

    /// Sends a signal, by its name without SIG.
    pub fn signal(&self, name: &str) {
        let id = self.child.process_id().expect("the program runs").to_string();
        let status = std::process::Command::new("kill").args(["-s", name, &id]).status();
        assert!(status.expect("kill runs").success());
    }

    /// Whether what the program writes is read, as it is at first.
    pub fn read(&self, is_read: bool) {
        self.is_read.store(is_read, Relaxed);
    }

    /// Whether the terminal is set as it was, whatever it shows.
    pub fn is_set_back(&self) -> bool {
        settings(&*self.master) == self.settings
    }

    /// Waits until the program has ended, and gives its exit status.
    #[track_caller]
    pub fn wait(&mut self) -> u32 {
        let started = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("the program is waited for") {
                return status.exit_code();
            }
            assert!(started.elapsed() < PATIENCE, "still running:\n{}", self.contents());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Asserts that the terminal is as a program must leave it.
    #[track_caller]
    pub fn assert_restored(&self) {
        self.wait_until("the first screen, with its cursor, and no mouse", |screen| {
            !screen.alternate_screen()
                && !screen.hide_cursor()
                && screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None
        });
        assert_eq!(settings(&*self.master), self.settings, "echo, lines and signals");
    }

    /// Every byte that was written to the terminal.
    pub fn written(&self) -> Vec<u8> {
        self.written.lock().expect("the bytes").clone()
    }

    /// What the screen shows.
    pub fn contents(&self) -> String {
        self.screen.lock().expect("the screen").screen().contents()
    }

    /// Waits until the screen is as it should be.
    #[track_caller]
    pub fn wait_until(&self, what: &str, seen: impl Fn(&vt100::Screen) -> bool) {
        let started = Instant::now();
        while !seen(self.screen.lock().expect("the screen").screen()) {
            assert!(started.elapsed() < PATIENCE, "no {what} on\n{}", self.contents());
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

/// Whether what is typed is shown, comes in lines, and sends signals.
fn settings(terminal: &dyn MasterPty) -> String {
    format!("{:?}", terminal.get_termios().expect("a terminal has settings"))
}

impl Drop for Pty {
    fn drop(&mut self) {
        // A test that failed must not leave its program behind; one that ended is no loss.
        drop(self.child.kill());
        self.read(true);
    }
}
