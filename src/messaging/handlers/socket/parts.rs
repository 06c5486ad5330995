//! What an open page follows besides conversations: parts of pages that domains above this one have
//! and render.

use std::rc::Rc;

use futures_util::future::LocalBoxFuture;

use crate::error::Result;
use crate::live::HintKind;
use crate::users::Viewer;
use crate::web::LayoutContext;

/// Renders a part for its viewer, by the number of what it shows.
pub type RenderPart =
    dyn Fn(Viewer, Rc<LayoutContext>, i64) -> LocalBoxFuture<'static, Result<String>> + Send + Sync;

/// A kind of part.
pub struct FollowedPart {
    /// The field of the frame in which a page names what it shows.
    pub field: &'static str,
    /// The hint that says it changed.
    pub hint: HintKind,
    pub render: Box<RenderPart>,
}

/// All that are registered.
pub struct FollowedParts(pub Vec<FollowedPart>);

/// The part that a page shows.
pub struct ShownPart {
    hint: HintKind,
    id: i64,
}

impl FollowedParts {
    pub fn has_field(&self, field: &str) -> bool {
        self.0.iter().any(|part| part.field == field)
    }

    /// What a page asks to follow; `None` for an id of another shape.
    pub fn shown(&self, field: &str, id: &str) -> Option<ShownPart> {
        let part = self.0.iter().find(|part| part.field == field)?;
        Some(ShownPart { hint: part.hint, id: crate::db::read_id(id)? })
    }

    pub fn find(&self, hint: HintKind) -> Option<&FollowedPart> {
        self.0.iter().find(|part| part.hint == hint)
    }
}

impl ShownPart {
    pub fn is_meant(&self, hint: HintKind, object: i64) -> bool {
        (self.hint, self.id) == (hint, object)
    }
}
