//! Where everything is on the screen, for what the model shows.

use super::app::App;
use super::header::{newest_lines, verdict_lines, watch_lines};
use super::layout::{Areas, Wanted};
use super::panes::Listing;

/// The areas of what is shown.
pub(super) fn areas(app: &App) -> Areas {
    let wanted = Wanted {
        focus: app.focus,
        compares: app.chain.compares,
        zooms: app.zooms,
        divider: app.divider,
        logs: app.listing == Listing::Log,
        preview: app.preview.is_some(),
        past: app.moment.is_some(),
        is_urgent: app.is_partial() || app.failed_again.is_some(),
        verdict: verdict_lines(app, app.size.width),
        newest: newest_lines(app, app.size.width),
        watch: watch_lines(app, app.size.width),
    };
    Areas::of(app.size, wanted)
}
