//! What accountants offer, and when a profile may be seen.
//!
//! A profile is *complete* when the seven required rows are filled and a service is active, and
//! *listed* when it is complete, its owner active, and nothing hides it. Both are expressions over
//! the tables ([`complete`]), never columns, so they cannot be out of date. The dashboard names
//! each missing item.
//!
//! Not here: the public pages (`directory`), hours, bookings.

mod category;
pub mod complete;
mod forms;
pub mod handlers;
mod mode;
mod pages;
mod policy;
mod question;
mod question_form;
pub mod schema;
mod service;
pub mod visit;

pub use category::{CATEGORIES, category_name};
pub use complete::Checklist;
pub use forms::{NewService, ServiceForm};
pub use mode::{Mode, Modes};
pub use pages::ClosedPage;
pub use policy::Policy;
pub use question::{NewQuestion, Question, QuestionKind};
pub use service::{
    Accept, PriceKind, SEALED, Service, ServiceDraft, ServiceId, ServiceRefusal, ServiceState,
};
