//! What follows from whatever changed: the lists, the chain and the details.

use super::app::App;
use super::intake::chain_rows;
use super::overlays::value_actions;
use super::panes::detail::Detail;
use super::panes::{Listing, findings, log};
use super::{find, palette, trial};

/// Makes what is shown follow what changed.
pub(super) fn follow(app: &mut App) {
    find::actions::follow(app);
    palette::actions::follow(app);
    app.audit.follow(&app.table.history, app.extent(), app.policy());
    trial::actions::follow(app);
    if app.listing == Listing::Usage {
        app.usage.follow(&app.table.history, app.extent(), app.preview.as_ref());
    }
    app.chain.show(findings::actions::key(app));
    app.chain.listed = chain_rows(app);
    app.chain.past = app.past();
    app.chain.refresh(&app.table.history, app.preview.as_ref());
    findings::actions::follow(app);
    log::actions::follow(app);
    Detail::refresh(app);
    value_actions::lay(app);
}
