//! Keeps the house as CONTRIBUTING.md describes it. Each rule reads the tree as text; `planted` shows
//! that it sees what it is there for.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod files;
mod handlers;
mod house;
mod names;
mod planted;
mod ranks;
mod sizes;
mod tables;

use house::{House, Violations};

fn keep(rule: fn(&House) -> Violations) {
    let found = rule(&House::read());
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

macro_rules! rules {
    ($($name:ident => $rule:path),+ $(,)?) => {
        $(#[test]
        fn $name() {
            keep($rule);
        })+
    };
}

rules! {
    a_module_imports_only_lower_modules => ranks::imports_lead_down,
    every_module_has_its_rank_and_begins_with_what_it_is => ranks::modules_say_what_they_are,
    only_the_files_meant_for_it_name_the_web_framework_and_the_templates =>
        ranks::frameworks_have_homes,
    who_reads_tables_of_another_domain_writes_nothing => tables::readers_of_others_write_nothing,
    raw_sql_writes_tables_of_its_own_domain => tables::raw_sql_writes_its_own,
    one_word_names_one_type => names::one_word_names_one_type,
    no_type_is_a_pronoun_or_a_question => names::types_are_nouns,
    what_is_named_like_a_question_answers_yes_or_no_and_changes_nothing =>
        names::questions_change_nothing,
    no_result_stands_in_a_result => names::cases_have_names,
    handlers_name_no_tables_and_ask_no_clock => handlers::name_no_tables_and_ask_no_clock,
    handlers_are_short => handlers::are_short,
    handlers_are_called_as_their_address_says => handlers::are_called_as_their_address_says,
    addresses_are_made_of_nouns => handlers::addresses_are_nouns,
    files_and_lines_stay_small => sizes::files_and_lines_stay_small,
    functions_stay_small => sizes::functions_stay_small,
    threads_tasks_time_and_transactions_have_homes => sizes::effects_have_homes,
    migrations_come_in_pairs_with_a_way_back => files::migrations_come_in_pairs,
    every_template_is_used_and_none_breaks_the_security_policy =>
        files::templates_are_used_and_safe,
    dates_and_times_in_words_are_made_in_one_place => files::words_of_time_have_a_home,
    nothing_that_is_shipped_is_unfinished => files::nothing_is_unfinished,
    lints_that_are_switched_off_say_why => files::exceptions_have_reasons,
}
