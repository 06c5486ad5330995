//! What people type into the field, and whom they must find. None of these may come back empty: a
//! part of each is in the directory.

use footing::listings::Mode;

use crate::crowd::{Somebody, listed, look, q, slugs};
use crate::support::TestSite;

#[rustfmt::skip] // a table of people
fn town() -> Vec<Somebody> {
    let gb = Somebody::default;
    let de = || Somebody { country: "DE", zone: "Europe/Berlin", languages: &["de", "en"], currency: "EUR", ..gb() };
    let fr = || Somebody { country: "FR", zone: "Europe/Paris", languages: &["fr"], currency: "EUR", ..gb() };
    let us = || Somebody { country: "US", zone: "America/New_York", currency: "USD", ..gb() };
    vec![
        Somebody { name: "Alice Booth", place: "Leeds", specialisms: &["self-assessment"], headline: "First tax returns, done without the panic in January.", services: &[("tax-return", "First tax return", 29_500)], ..gb() },
        Somebody { name: "Brooks Payroll", place: "Manchester", specialisms: &["payroll"], headline: "Payroll for cafés, farms and building firms.", services: &[("payroll", "Monthly payroll, up to five people", 6_500)], ..gb() },
        Somebody { name: "Carter & Co", place: "London", specialisms: &["corporation-tax", "year-end"], headline: "Company tax and accounts from one desk, at one price.", services: &[("year-end", "Year-end accounts, small company", 75_000)], software: &["xero"], ..gb() },
        Somebody { name: "Dixon Lettings Tax", place: "Bristol", specialisms: &["landlords"], headline: "Tax for landlords, from the first let to the last sale.", services: &[("tax-return", "Return with rental income", 32_000)], ..gb() },
        Somebody { name: "Jordan Smith", place: "Norwich", specialisms: &["bookkeeping"], headline: "Monthly bookkeeping for people who would rather do their own work.", services: &[("bookkeeping", "A month of bookkeeping", 16_000)], software: &["quickbooks"], ..gb() },
        Somebody { name: "Eilidh Fraser", place: "Edinburgh", specialisms: &["charities"], headline: "Accounts for charities and clubs, with trustees in mind.", services: &[("year-end", "Accounts for a charity", 48_000)], ..gb() },
        Somebody { name: "Faisal Khan", place: "Bradford", languages: &["en", "ur"], specialisms: &["vat"], headline: "VAT returns that match your books, every quarter.", services: &[("vat", "VAT return", 13_500)], ..gb() },
        Somebody { name: "Gwen Parry", place: "Cardiff", languages: &["en", "cy"], specialisms: &["pensions"], headline: "Pension questions for people near the end of their working life.", ..gb() },
        Somebody { name: "Harpreet Gill", place: "Birmingham", languages: &["en", "pa"], specialisms: &["startups"], headline: "From the idea to the first hire, with shares and schemes in order.", services: &[("registration", "Start a company", 19_500)], ..gb() },
        Somebody { name: "Inheritance Desk", place: "London", specialisms: &["inheritance"], headline: "Estates and inheritance tax, at the pace the family needs.", modes: &[Mode::InPerson], ..gb() },
        Somebody { name: "Cyrus Coin", place: "London", specialisms: &["crypto"], headline: "Crypto gains worked out from any number of wallets.", ..gb() },
        Somebody { name: "Rosa Quill", place: "Leeds", specialisms: &["insolvency"], headline: "When the company cannot pay: what you may still do.", services: &[("other", "Talk about a company in trouble", 14_000)], ..gb() },
        Somebody { name: "Maya Iyer", place: "London", specialisms: &["research-credits"], headline: "Research credits for small software teams.", ..gb() },
        Somebody { name: "Olga Holmes", place: "Leicester", specialisms: &["customs"], headline: "Goods that cross borders, and the papers they need.", ..gb() },
        Somebody { name: "Anna Vogel", place: "München", specialisms: &["vat", "expats"], headline: "For everybody who works between Germany and the rest.", services: &[("vat", "Umsatzsteuer", 12_000)], software: &["datev"], ..de() },
        Somebody { name: "Kanzlei Becker", place: "Berlin", specialisms: &["self-assessment", "bookkeeping"], headline: "For designers and other people who work for themselves: freelance from day one.", ..de() },
        Somebody { name: "Cabinet Girard", place: "Lyon", languages: &["fr", "en", "it"], specialisms: &["corporation-tax", "vat"], headline: "French company tax for owners who live abroad.", ..fr() },
        Somebody { name: "Manon Leroy", place: "Paris", specialisms: &["audit"], headline: "Audit of small groups, without boxes of paper.", ..fr() },
        Somebody { name: "Biuro Nowak", place: "Warszawa", country: "PL", zone: "Europe/Warsaw", languages: &["pl", "en"], currency: "PLN", specialisms: &["payroll", "bookkeeping"], headline: "Polish payroll for foreign employers.", ..gb() },
        Somebody { name: "Nuria Vega", place: "Madrid", country: "ES", zone: "Europe/Madrid", languages: &["es", "en"], currency: "EUR", specialisms: &["expats"], headline: "Moving to Spain: the year you leave and the year you arrive.", ..gb() },
        Somebody { name: "Kowalski Tax Group", place: "Chicago", zone: "America/Chicago", languages: &["en", "pl"], specialisms: &["us-tax"], headline: "US returns for Americans who live somewhere else.", ..us() },
        Somebody { name: "Wei Chan", place: "New York", languages: &["en", "zh"], specialisms: &["forensic"], headline: "Following the money through the accounts.", ..us() },
        Somebody { name: "Priya Rao", place: "Bengaluru", country: "IN", zone: "Asia/Kolkata", languages: &["en", "hi"], currency: "INR", specialisms: &["vat"], headline: "Registration and returns for online shops.", ..gb() },
        Somebody { name: "Tama Paki", place: "Auckland", country: "NZ", zone: "Pacific/Auckland", currency: "NZD", specialisms: &["capital-gains"], headline: "Sold shares or a second home? The gain worked out before you file.", ..gb() },
    ]
}

/// (what somebody types, whom they must find)
#[rustfmt::skip]
const SENTENCES: [(&str, &str); 60] = [
    // needs
    ("I need help with my first tax return", "alice-booth"),
    ("someone to do payroll for my cafe", "brooks-payroll"),
    ("annual accounts for a limited company", "carter-co"),
    ("accountant for landlords", "dixon-lettings-tax"),
    ("bookkeeper", "jordan-smith"),
    ("can somebody do my books please", "jordan-smith"),
    ("charity accounts", "eilidh-fraser"),
    ("non profit accounting", "eilidh-fraser"),
    ("VAT return every quarter", "faisal-khan"),
    ("retirement advice", "gwen-parry"),
    ("starting a new company", "harpreet-gill"),
    ("start up founder needs advice", "harpreet-gill"),
    ("probate", "inheritance-desk"),
    ("my father died and left an estate", "inheritance-desk"),
    ("bitcoin taxes", "cyrus-coin"),
    ("cryptocurrency", "cyrus-coin"),
    ("we are going bankrupt", "rosa-quill"),
    ("company in trouble", "rosa-quill"),
    ("R&D credits", "maya-iyer"),
    ("importing goods from China", "olga-holmes"),
    ("capital gains on shares", "tama-paki"),
    ("fraud investigation", "wei-chan"),
    ("moving abroad", "nuria-vega"),
    ("auditor", "manon-leroy"),
    // misspellings
    ("bookeeping", "jordan-smith"),
    ("payrol", "brooks-payroll"),
    ("landlrod tax", "dixon-lettings-tax"),
    ("inheritence", "inheritance-desk"),
    ("insolvancy", "rosa-quill"),
    ("crytpo", "cyrus-coin"),
    ("polsh payroll", "biuro-nowak"),
    ("eilidh frasier", "eilidh-fraser"),
    // languages
    ("french speaking accountant", "cabinet-girard"),
    ("somebody who speaks Polish", "biuro-nowak"),
    ("deutsch", "anna-vogel"),
    ("hindi speaking vat", "priya-rao"),
    ("Mandarin", "wei-chan"),
    ("welsh", "gwen-parry"),
    ("urdu speaking accountant in Bradford", "faisal-khan"),
    ("polish speaker in the US", "kowalski-tax-group"),
    // countries
    ("company tax in France", "cabinet-girard"),
    ("accountant in Germany for freelancers", "kanzlei-becker"),
    ("Deutschland VAT", "anna-vogel"),
    ("accountant from Poland", "biuro-nowak"),
    ("New Zealand capital gains", "tama-paki"),
    ("VAT in the UK", "faisal-khan"),
    // towns
    ("accountant near Munich", "anna-vogel"),
    ("payroll Manchester", "brooks-payroll"),
    ("tax return in Leeds", "alice-booth"),
    ("buchhaltung Berlin", "kanzlei-becker"),
    ("accountant in Bangalore", "priya-rao"),
    ("Warsaw payroll", "biuro-nowak"),
    // the trade's words, names, programs
    ("GST", "priya-rao"),
    ("IRS", "kowalski-tax-group"),
    ("MwSt", "anna-vogel"),
    ("TVA Lyon", "cabinet-girard"),
    ("quick books", "jordan-smith"),
    ("datev", "anna-vogel"),
    ("Jordan Smith", "jordan-smith"),
    // whole sentences
    ("Hello, I am a freelance designer in Berlin and I have never filed a tax return, who can help me?", "kanzlei-becker"),
];

#[actix_web::test]
async fn sixty_sentences_find_whom_they_mean() {
    let site = TestSite::start().await;
    listed(&site, town()).await;
    let mut failures = vec![];
    for (text, who) in SENTENCES {
        let page = look(&site, &q(text)).await;
        let found = slugs(&page);
        if !found.iter().take(5).any(|slug| slug == who) {
            failures.push(format!("“{text}” found {found:?}, not {who}"));
        }
    }
    assert!(failures.is_empty(), "{} of 60:\n{}", failures.len(), failures.join("\n"));
}
