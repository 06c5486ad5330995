//! Pages of words.

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::config::Operator;
use crate::directory::pages::{
    EncryptionPage, ForAccountantsPage, HowItWorksPage, PrivacyPage, RankingPage, TermsPage,
};
use crate::error::Result;
use crate::web::Reply;

pub async fn how_it_works(reply: Reply) -> Result<HttpResponse> {
    reply.page(&HowItWorksPage)
}

pub async fn for_accountants(reply: Reply) -> Result<HttpResponse> {
    reply.page(&ForAccountantsPage)
}

pub async fn ranking(reply: Reply) -> Result<HttpResponse> {
    reply.page(&RankingPage)
}

pub async fn privacy(operator: Data<Operator>, reply: Reply) -> Result<HttpResponse> {
    reply.page(&PrivacyPage { operator: operator.as_ref().clone() })
}

pub async fn encryption(reply: Reply) -> Result<HttpResponse> {
    reply.page(&EncryptionPage)
}

pub async fn terms(operator: Data<Operator>, reply: Reply) -> Result<HttpResponse> {
    reply.page(&TermsPage { operator: operator.as_ref().clone() })
}
