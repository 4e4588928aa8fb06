//! Times, and the table that they are printed in.

use std::fmt;
use std::thread::yield_now;
use std::time::{Duration, Instant};

/// How long something took, each time.
#[derive(Default)]
pub(crate) struct Times(Vec<Duration>);

impl Times {
    /// Measures one more time, by the clock on the wall: for work that others do a part of.
    pub(crate) fn time<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let result = std::hint::black_box(work());
        self.0.push(start.elapsed());
        result
    }

    /// Measures one more time, by what the processor spent on it: for work that is this thread's
    /// alone. On a machine that does nothing else that is the time on the wall, and on any other it
    /// still says something.
    pub(crate) fn spend<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let (wall, start) = (Instant::now(), spent());
        let result = std::hint::black_box(work());
        let time = spent()
            .zip(start)
            .map_or_else(|| wall.elapsed(), |(end, start)| end.saturating_sub(start));
        self.0.push(time);
        result
    }

    /// Measures this thread's work so many times.
    pub(crate) fn of<T>(repetitions: usize, mut work: impl FnMut() -> T) -> Self {
        let mut times = Self::default();
        for _ in 0..repetitions {
            times.spend(&mut work);
        }
        times
    }

    /// A time that is not measured but wished for.
    pub(crate) fn exactly(time: Duration) -> Self {
        Self(vec![time])
    }

    /// Notes a time that was measured elsewhere.
    pub(crate) fn push(&mut self, time: Duration) {
        self.0.push(time);
    }

    /// What was measured last.
    pub(crate) fn last(&self) -> Duration {
        self.0.last().copied().unwrap_or_default()
    }

    /// All of them, one after the other.
    pub(crate) fn sum(&self) -> Duration {
        self.0.iter().sum()
    }

    /// The longest; nothing where nothing was measured.
    pub(crate) fn longest(&self) -> Duration {
        self.0.iter().max().copied().unwrap_or_default()
    }

    /// The time that so many of a hundred keep.
    pub(crate) fn percentile(&self, of_100: usize) -> Duration {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let at = (sorted.len() * of_100).div_ceil(100).saturating_sub(1);
        sorted.get(at).copied().unwrap_or_default()
    }

    /// The time in the middle, in seconds.
    pub(crate) fn median(&self) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let [low, high] = [(sorted.len() - 1) / 2, sorted.len() / 2].map(|at| sorted[at]);
        (low + high).as_secs_f64() / 2.0
    }
}

/// `12.3 ms (11.9–14.0)`
impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unit, scale) = match self.median() {
            1.0.. => ("s", 1.0),
            _ => ("ms", 1e3),
        };
        let in_unit = |seconds: f64| {
            let number = seconds * scale;
            let decimals = if number < 10.0 { 2 } else { 1 };
            format!("{number:.decimals$}")
        };
        write!(f, "{} {unit}", in_unit(self.median()))?;
        let seconds = |time: Option<&Duration>| time.map_or(0.0, Duration::as_secs_f64);
        let (min, max) = (seconds(self.0.iter().min()), seconds(self.0.iter().max()));
        write!(f, " ({}–{})", in_unit(min), in_unit(max))
    }
}

/// A Markdown table, printed line by line as it comes.
pub(crate) struct Figures {
    rows: u64,
}

impl Figures {
    /// Prints the headings, for a table of so many rows.
    pub(crate) fn new(rows: u64) -> Self {
        println!("| what | median (min–max) | a row | beside | ratio |");
        println!("| --- | --- | --- | --- | --- |");
        Self { rows }
    }

    /// Prints a time.
    pub(crate) fn time(&self, what: &str, times: &Times) {
        println!("| {what} | {times} | {} | | |", per_row(times, self.rows));
    }

    /// Prints a time beside another, named in a word or two.
    pub(crate) fn beside(&self, what: &str, times: &Times, name: &str, other: &Times) {
        let ratio = ratio(times.median() / other.median());
        println!("| {what} | {times} | {} | {name} | {ratio} |", per_row(times, self.rows));
    }

    /// Prints how many bytes something holds.
    pub(crate) fn size(&self, what: &str, bytes: u64) {
        println!("| {what} | {} MiB | {} bytes | | |", bytes >> 20, bytes / self.rows);
    }
}

/// Prints, as a line of the table, the time in the middle, the one that 99 of 100 keep, and the longest.
pub(crate) fn percentiles(what: &str, times: &Times) {
    let (most, longest) = (times.percentile(99), times.longest());
    println!("| {what} | {times}, 99 %: {most:.2?}, longest: {longest:.2?} | | | |");
}

/// What the processor has spent on this thread, where the system says it.
fn spent() -> Option<Duration> {
    // Linux counts at every tick, and whenever a thread offers to let others go first.
    yield_now();
    let counts = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    counts.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

fn per_row(times: &Times, rows: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "no table has 2^52 rows")]
    let nanoseconds = times.median() * 1e9 / rows as f64;
    let decimals = usize::from(nanoseconds < 10.0);
    format!("{nanoseconds:.decimals$} ns")
}

/// A time by itself: `11.3 ms`.
pub(crate) fn in_words(times: &Times) -> String {
    times.to_string().split(" (").next().unwrap_or_default().to_owned()
}

pub(crate) fn ratio(ratio: f64) -> String {
    match ratio {
        0.1.. => format!("{ratio:.2}"),
        0.001.. => format!("{ratio:.4}"),
        _ => format!("1 : {:.0}", 1.0 / ratio),
    }
}
